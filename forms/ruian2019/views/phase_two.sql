-- The second phase: what makes a listed problem one and the same over resubmissions, and who may not be given an approval.

/* problem_occasions
holds: 材料10各行问题的身份：同一单位、同一人、同一违规情形、同一次行程（同一证件、同一审批），重新报送后仍是同一问题；同一事项有几次的按发生
  先后加 #2、#3。start 为台账首次登记时所处的环节：未核实的为疑似，已通过审核且属实的为认定，已处理的为处理
columns: unit, document, row, id_number, code, occasion, conclusion, start
needs: [violations]
*/
with concerned as (
  select i.unit, i.origin, i.document, i.row, i.id_number, i.code, i.happened_on, i.conclusion, i.confirmed, i.handled,
         coalesce(case when i.origin = 'violations' then strftime(i.exit_on, '%Y-%m-%d') end, i.number, i.approval_number,
                  strftime(i.exit_on, '%Y-%m-%d'), strftime(i.happened_on, '%Y-%m-%d'), '') as concern
  from violation_items i where i.origin in ('violations', 'problems')
), counted as (
  select *, row_number() over (partition by unit, id_number, code, concern order by happened_on, row) as nth from concerned
)
select unit, document, row, id_number, code, concern || case when nth > 1 then '#' || nth else '' end as occasion, conclusion,
       case when confirmed and handled = '是' then 'sanctioned' when confirmed then 'found' else 'suspected' end as start
from counted;

/* ban_register
holds: 不予审批期登记：材料9中当事人的每一项处理，禁批起止日期（止日当天仍在期内）和所据的处理；current 为在 as_of 当天仍在期内
columns: unit, document, row, name, id_number, category, violation, method, authority, paper, decided_on, ban_from, ban_until, current
needs: [sanctions]
*/
select b.unit, b.document, b.row, b.name, b.id_number, p.category, s.violation, array_to_string(s.method, '、') as method, s.authority, s.paper, b.decided_on,
       b.ban_from, b.ban_until, coalesce(c.as_of between b.ban_from and b.ban_until, false) as current
from bans b
join sanctions s on s.unit = b.unit and s.document = b.document and s.row = b.row
left join (select unit, id_number, any_value(category) as category from staff group by all) p
  on p.unit = b.unit and p.id_number = b.id_number
cross join config c
order by b.ban_until, b.unit, b.row
