-- 应查尽查：查实的问题，件件有处理；处理与情节相当，禁批期登记到人，各表前后一致。

/* R20
title: 处理后名册职务（在岗状态）未变
level: warning
at: sanctions.method
says: 第{row}行：{name}已给予“{method}”，但名册{label}仍为“{unchanged}”，请核对。
fix: 更新材料2的职务；开除的更新在岗状态。
why: 处理决定应当落实，名册上的职务和在岗状态应随之变动。
needs: [sanctions, staff]
*/
select p.unit, p.document, p.row, p.name, p.method, p.method as value, '职务' as label, s.position as unchanged
from sanctions_by_method p join staff s on s.unit = p.unit and s.id_number = p.id_number
where p.method in ('免职', '降职', '政务撤职', '降低岗位等级或撤职')
  and s.position <> '无' and ends_with(p.post_then, s.position)      -- “护士长”降为“护士”的已经变了
union all
select p.unit, p.document, p.row, p.name, p.method, p.method, '在岗状态', s.status
from sanctions_by_method p join staff s on s.unit = p.unit and s.id_number = p.id_number cross join config c
where p.method in ('政务开除', '开除') and p.decided_on <= c.as_of and in_service(c.as_of, s.joined_on, s.status, s.status_on);

/* R21
title: 违规人员没有登记不予审批期
level: error
at: sanctions.ban_until
says: 第{row}行：{name}为违规人员，须登记{years}年不予审批期（{d1}至{d2}）。
fix: 填写不予审批期起止。
why: 违规人员在一定期限内不予办理因私出国（境）审批，起止日期须登记。
needs: [sanctions]
*/
select s.unit, s.document, s.row, s.name, c.ban_years as years, b.ban_from as d1, b.ban_until as d2
from sanctions s join bans b on b.unit = s.unit and b.document = s.document and b.row = s.row cross join config c
where (s.ban_from is null or s.ban_until is null)
  -- 同一人同一问题受几种处理的，登记在其中一行即可
  and not exists (select 1 from sanctions o where o.unit = s.unit and o.id_number = s.id_number
                  and o.ban_from is not null and o.ban_until >= b.ban_until);

/* X15
title: 材料10的行程不在材料5
level: error
at: violations.exit_on
says: 第{row}行：{name}{day}出境的行程在材料5中不存在。
fix: 在材料5补登该次行程。
why: 材料10由材料5的行程而来，两张表应当对得上。
needs: [violations, trips]
*/
select v.unit, v.document, v.row, v.name, v.exit_on as day
from violations v
where v.exit_on is not null
  and not exists (select 1 from trips t where t.unit = v.unit and t.id_number = v.id_number and t.exit_on = v.exit_on);

/* X16
title: 查实的问题没有处理也没有打算
level: warning
at: violations.proposed
says: 第{row}行：{name}的违规问题“{what}”{problem}（应查尽查）。
fix: 补填拟处理意见和完成时限，或补登材料9。
why: 查实的问题应当有处理结果，或者有打算和时限（应查尽查）。
needs: [violations, sanctions]
*/
with open as (
  select unit, 'violations' as origin, document, row, name, id_number, violation, conclusion, handled, proposed, due_on from violations
  union all
  select unit, 'problems', document, row, name, id_number, violation, conclusion, handled, proposed, due_on from problems
)
select o.unit, o.origin, o.document, o.row, o.name, words_of(o.violation) as what, coalesce(o.handled, '否') as value,
       case when o.handled = '是' then '标为已处理，材料9中却没有此人，请补登' else '尚未处理，请填写拟处理意见和完成时限' end as problem
from open o
where o.conclusion in ('属实', '部分属实') and (o.proposed is null or o.due_on is null)
  and not (coalesce(o.handled, '否') = '是'
           and exists (select 1 from sanctions s where s.unit = o.unit and s.id_number = o.id_number));

/* X17
title: 已处理的问题没有登记
level: warning
at: sanctions.violation
says: 第{row}行：{name}已处理的问题“{what}”未在对应登记表反映。
fix: 在材料10（行程类）或“证件类问题”补登。
why: 受过处理的问题应当在登记表中有据可查。
needs: [sanctions, violations]
*/
with each_one as (
  select s.unit, s.document, s.row, s.name, s.id_number, s.violated_on, unnest(s.violation) as violation, s.role from sanctions s
), named as (
  select e.*, code_of(e.violation) as code from each_one e
)
select n.unit, n.document, n.row, n.name, words_of(n.violation) as what, n.code as value
from named n cross join config c
where coalesce(n.role, '当事人') = '当事人' and n.violated_on >= c.trip_lookback_start
  and n.code[1:2] in ('V1', 'V2', 'V3', 'V4', 'V5')
  and not exists (select 1 from violation_items i where i.unit = n.unit and i.id_number = n.id_number
                  and i.origin in ('violations', 'problems') and i.code[1:2] = n.code[1:2]);

/* X22
title: 本人报告的行程与登记表不一致
level: warning
at: declarations.went_abroad
says: 第{row}行：{name}本人报告与登记表行程不一致（{n}/{m}次）：{difference}。
fix: 核对；属瞒报的在“证件类问题”登记并核实，违规情形选“瞒报出国（境）情况”。
why: 本人报告与登记表应当一致，否则可能漏报或瞒报。
needs: [declarations, trips, staff]
*/
with signed as (      -- 到本单位以前的行程不比
  select d.unit, d.id_number, max(d.signed_on) as signed_on, greatest(any_value(c.trip_lookback_start), max(s.joined_on)) as from_on
  from declarations d left join service s on s.unit = d.unit and s.id_number = d.id_number cross join config c group by all
), told as (          -- 回溯期内的因私行程
  select d.unit, d.id_number, d.exit_on
  from declared_trips d join signed s on s.unit = d.unit and s.id_number = d.id_number where d.exit_on >= s.from_on
), listed as (        -- 签名以前的
  select t.unit, t.id_number, t.exit_on,
         case when t.destinations is not null then len(beyond(t.destinations, ['香港', '澳门', '台湾'])) = 0 end as near
  from trips t anti join repeated_trips using (unit, document, row) anti join settled_concealment using (unit, id_number, exit_on)
  join signed s on s.unit = t.unit and s.id_number = t.id_number
  where t.nature = '因私' and t.exit_on >= s.from_on and coalesce(t.exit_on <= s.signed_on, true)
), same as (          -- 日期相差在容许以内的是同一次
  select t.unit, t.id_number, t.exit_on as told_on, l.exit_on as listed_on, l.near
  from told t join listed l on l.unit = t.unit and l.id_number = t.id_number cross join config c
  where abs(l.exit_on - t.exit_on) <= c.match_tolerance_days
), counted as (
  select unit, id_number, count(*) filter (mine) as n, count(*) filter (not mine) as m,
         list(exit_on) filter (mine and not met) as only_told, list(exit_on) filter (not mine and not met) as only_listed
  from (select t.*, true as mine, exists (select 1 from same e where e.unit = t.unit and e.id_number = t.id_number
                                          and e.told_on = t.exit_on) as met from told t
        union all
        select l.unit, l.id_number, l.exit_on, false, exists (select 1 from same e where e.unit = l.unit and e.id_number = l.id_number
                                                              and e.listed_on = l.exit_on) from listed l) each
  group by all
), denied as (        -- 表中列了行程，“有无”栏却选“无”
  select e.unit, e.id_number, bool_and(e.near) as near, list(distinct e.listed_on) as days
  from same e join declarations d on d.unit = e.unit and d.id_number = e.id_number
  where case when e.near then d.went_hkmotw when not e.near then d.went_abroad end = '无'
  group by all
)
select d.unit, d.document, d.row, d.name, k.n, k.m, concat(k.n, '/', k.m) as value,
       case when x.near and k.only_listed is null and k.only_told is null then 'went_hkmotw' else 'went_abroad' end as field,
       coalesce(nullif(concat_ws('，', '只在登记表的' || in_order(k.only_listed), '只在报告的' || in_order(k.only_told), '选“无”而有' || in_order(x.days)), ''), '次数不同')
         as difference
from counted k join declarations d on d.unit = k.unit and d.id_number = k.id_number
left join denied x on x.unit = k.unit and x.id_number = k.id_number
where k.n <> k.m or k.only_told is not null or k.only_listed is not null or x.days is not null;

/* X34
title: 处理与情节不相当
level: warning
at: sanctions.method
says: 第{row}行：{name}{circumstance}“{what}”，{handled}，处理方式与情节不匹配，请附研究意见。
fix: 附研究意见，或补充（更正）处理。
why: 处理应当与违规情节相当，过轻过重都要有研究意见。
needs: [sanctions]
*/
select j.unit, j.document, j.row, j.name, j.circumstance, words_of(j.violation) as what, j.method as value,
       case when j.heaviest_given < j.lightest then '只作“' || j.method || '”，轻于“' || a.label || '”'
            else '作“' || j.method || '”，重于“' || b.label || '”' end as handled
from severity_judged j join severity_steps a on a.step = j.lightest join severity_steps b on b.step = j.heaviest
where j.heaviest_given < j.lightest or j.step > j.heaviest
qualify row_number() over (partition by j.unit, j.document, j.row order by j.heaviest_given < j.lightest desc, j.code) = 1
