-- Who belongs to a unit: by the bureau's roster (for prefill) and by material 2 (for rules and figures).

/* people
holds: 局名册中的人员，按统计日判断在册、应备
columns: unit, document, row, id_number, name, political_status, department, category, post_type, position, title, title_level,
  authority, joined_on, status, status_on, counterpart, household, secrecy, reason, on_register, due, left_on
kept: true
*/
select r.unit, r.document, r.row, r.id_number, r.name, r.political_status, r.department, r.category, r.post_type, r.position,
       r.title, r.title_level, r.authority, r.joined_on, r.status, r.status_on, r.counterpart, r.household, r.secrecy, r.reason,
       in_service(c.statistic_date, r.joined_on, r.status, r.status_on) as on_register,
       in_service(c.statistic_date, r.joined_on, r.status, r.status_on)
         and coalesce(due_by_scope(c.registration_scope, r.category, r.reason, r.secrecy), false) as due,
       case when r.status in ('退休', '调出', '辞职/解聘', '开除', '死亡') then r.status_on end as left_on
from roster r cross join config c;

/* on_register
holds: 材料2中统计日在册的人员（附件3的口径）；in_base 计入国家工作人员总数（D2）；is_due 为应备（按表中“是否应登记备案”）；scope_due 为按D1范围算得
columns: unit, document, row, name, id_number, category, position, department, political_status, authority, joined_on, status,
  status_on, household, due, reason, has_certificate, has_trips, in_base, is_due, scope_due
needs: [staff]
kept: true
*/
select s.unit, s.document, s.row, s.name, s.id_number, s.category, s.position, s.department, s.political_status, s.authority,
       s.joined_on, s.status, s.status_on, s.household, s.due, s.reason, s.has_certificate, s.has_trips,
       c.staff_base = 'C' or coalesce(s.category in ('公务员', '参公', '在编事业', '备案制(报备员额)'), false) as in_base,
       coalesce(s.due = '是', false) as is_due,
       coalesce(due_by_scope(c.registration_scope, s.category, s.reason, s.secrecy), false) as scope_due
from staff s cross join config c
where in_service(c.statistic_date, s.joined_on, s.status, s.status_on);

/* staff_on
macro: chosen_day
holds: 材料2中某日在册的人员
*/
select * from staff where in_service(chosen_day, joined_on, status, status_on)

/* unit_persons
holds: 每个单位的人（局名册和材料2合并，不重复），公安数据由此归到单位；left_on 为离开日
columns: unit, id_number, name, joined_on, left_on
*/
select unit, id_number, any_value(name) as name, min(joined_on) as joined_on,
       case when bool_and(left_on is not null) then max(left_on) end as left_on
from (select unit, id_number, name, joined_on, left_on from people
      union all
      select unit, id_number, name, joined_on, case when status in ('退休', '调出', '辞职/解聘', '开除', '死亡') then status_on end
      from staff)
where id_number is not null
group by unit, id_number;

/* live_registrations
holds: 统计日有效的备案（材料3）：公安已入库（公安名单未到时，已报送公安也算），且不是撤销；confirmed 为公安名单中确有此人
columns: unit, document, row, id_number, name, filed_on, state, action, filing_unit, workplace, position, household,
  political_status, confirmed
needs: [registrations]
kept: true
*/
select r.unit, r.document, r.row, r.id_number, r.surname || r.given_name as name, r.filed_on, r.state, r.action, r.filing_unit,
       r.workplace, r.position, r.household, r.political_status,
       r.id_number in (select p.id_number from police_registrations p) as confirmed
from registrations r cross join config c
where coalesce(r.action <> '撤销', true)
  and (r.state = '公安已入库' or (r.state = '已报送公安' and not exists (select 1 from police_registrations)))
  and coalesce(r.filed_on <= c.statistic_date, true);
