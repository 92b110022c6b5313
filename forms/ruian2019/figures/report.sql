-- What the report, the circular, the notices and material 1 count beside the annexes (names: templates/text/FIGURES.md).
-- A text calls report.x `fig.x`. A figure over units themselves has `unit` null: it belongs to the city alone.

/* report.units_required
label: 应报送单位
count: distinct counted
*/
select cast(null as varchar) as unit, unit as counted, name from units;

/* report.units_submitted
label: 已报送单位
count: distinct counted
*/
select cast(null as varchar) as unit, unit as counted, min(received_at) as received_at
from submissions where received_at is not null group by all;

/* report.units_on_time
label: 按期报送单位
count: distinct counted
*/
select s.unit, s.counted, s.received_at from "report.units_submitted" s cross join config c
where cast(s.received_at as date) <= c.deadline;

/* report.units_late
label: 逾期报送单位
count: distinct counted
*/
select s.unit, s.counted, s.received_at from "report.units_submitted" s cross join config c
where cast(s.received_at as date) > c.deadline;

/* report.units_missing
label: 未报送单位
count: distinct counted
*/
select r.unit, r.counted, r.name from "report.units_required" r
where r.counted not in (select s.counted from "report.units_submitted" s);

/* report.units_counted
label: 全部材料已通过审核的单位
count: distinct counted
holds: 只统计这些单位的数据
*/
select r.unit, r.counted, r.name from "report.units_required" r
where not exists (select 1 from forms f where f.part = 'form'
                  and not exists (select 1 from submissions s where s.unit = r.counted and s.form = f.form and s.state = 'accepted'));

/* report.units_in_review
label: 已报送、尚未全部通过审核的单位
count: distinct counted
*/
select s.unit, s.counted, s.received_at from "report.units_submitted" s
where s.counted not in (select c.counted from "report.units_counted" c);

/* report.materials_required
label: 应报送材料
count: rows
*/
select cast(null as varchar) as unit, u.unit as counted, f.form from units u cross join forms f where f.part = 'form';

/* report.materials_in
label: 已报送材料
count: rows
*/
select r.unit, r.counted, r.form from "report.materials_required" r
where exists (select 1 from submissions s where s.unit = r.counted and s.form = r.form and s.state in ('submitted', 'accepted'));

/* report.units_owing
label: 尚欠材料的单位
count: distinct counted
*/
select r.unit, r.counted, r.form from "report.materials_required" r
where not exists (select 1 from "report.materials_in" i where i.counted = r.counted and i.form = r.form);

/* report.reminders_sent
label: 催报通知
count: distinct counted
holds: 一份通知发给所有尚欠材料的单位
*/
select cast(null as varchar) as unit, '催报通知' as counted, o.counted as owing from "report.units_owing" o;

/* report.units_inspected
label: 实地检查的单位
count: distinct counted
holds: 检查记录已定稿的，检查日期不晚于统计截止日
*/
select cast(null as varchar) as unit, i.unit as counted, i.inspection, i.inspected_on from inspections i cross join config c
where i.inspected_on <= c.cutoff;

/* report.units_with_problems
label: 有属实问题的单位
count: distinct counted
*/
select cast(null as varchar) as unit, unit as counted from "report.problem_persons"
union
select cast(null as varchar), unit from "annex2.c12";

/* report.units_unregistered
label: 有应备未备人员的单位
count: distinct counted
*/
select distinct cast(null as varchar) as unit, d.unit as counted from "annex3.d4" d
where not exists (select 1 from "annex3.d5" r where r.unit = d.unit and r.id_number = d.id_number);

/* report.certificate_holders
label: 持有效因私出入境证件人数
count: distinct id_number
*/
select k.unit, k.origin, k.document, k.row, k.id_number, k.name, k.kind, k.number
from certificates_known k join on_register s on s.unit = k.unit and s.id_number = k.id_number
where k.valid and s.in_base;

/* report.trips
label: 2016年以来因私出国（境）人次
count: rows
kept: true
*/
select t.unit, 'trips' as origin, t.document, t.row, t.id_number, t.name, t.exit_on, t.entry_on, t.reason, t.destinations,
       strftime(t.exit_on, '%Y年') as in_year
from trips t anti join repeated_trips using (unit, document, row) cross join config c
where t.nature = '因私' and t.exit_on between c.trip_lookback_start and c.cutoff;

/* report.trips_private
label: 2016年以来因私出国（境）人次
count: rows
*/
from "report.trips";

/* report.travellers
label: 2016年以来因私出国（境）人数
count: distinct id_number
*/
from "report.trips";

/* report.declarations_due
label: 应报个人报告表人数
count: distinct id_number
*/
select unit, 'staff' as origin, document, row, id_number, name from on_register;

/* report.declarations_in
label: 实报个人报告表人数
count: distinct id_number
*/
select d.unit, 'declarations' as origin, d.document, d.row, d.id_number, d.name, d.signed_on
from declarations d
where d.signed_on is not null
  and exists (select 1 from on_register s where s.unit = d.unit and s.id_number = d.id_number);

/* report.declarations_made
label: 实报个人报告表人数
count: distinct id_number
*/
from "report.declarations_in";

/* report.police_persons
label: 公安机关掌握的人员
count: distinct id_number
*/
select u.unit, u.id_number
from unit_persons u
where u.id_number in (select m.id_number from police_moves m union all select p.id_number from police_certificates p
                      union all select r.id_number from police_registrations r);

/* report.police_records
label: 比对的出入境记录
count: rows
*/
select u.unit, m.document, m.row, m.id_number, m.moved_on, m.movement from police_moves m join unit_persons u using (id_number);

/* report.police_differences
label: 与公安记录不一致
count: rows
holds: 公安行程材料5未登记或日期不符；公安有效证件材料4未登记；公安已反馈出入境记录而材料5的因私行程在其中查无
*/
select t.unit, 'police_movements' as origin, t.document, t.row, t.id_number, t.name, '行程' as what
from police_trips t left join trip_matches m on m.unit = t.unit and m.trip = t.trip
where t.in_service and not coalesce(m.close, false)
union all
select h.unit, 'police_certificates', h.document, h.row, h.id_number, h.name, '证件'
from police_held h
where h.valid and h.id_number in (select s.id_number from on_register s where s.unit = h.unit)
  and not exists (select 1 from certificates k where k.unit = h.unit and k.kind = h.kind and k.number = h.number)
union all
select t.unit, 'trips', t.document, t.row, t.id_number, t.name, '公安无此行程'
from "report.trips" t
where exists (select 1 from police_movements)
  and not exists (select 1 from trip_matches m where m.unit = t.unit and m.document = t.document and m.row = t.row);

/* report.problem_persons
label: 有属实问题的人数
count: distinct id_number
kept: true
holds: 附件2第5—11列，同一人只计一次
*/
select unit, origin, document, row, id_number, name, 'c5' as in_column from "annex2.c5"
union all
select unit, origin, document, row, id_number, name, 'c6' from "annex2.c6"
union all
select unit, origin, document, row, id_number, name, 'c7' from "annex2.c7"
union all
select unit, origin, document, row, id_number, name, 'c8' from "annex2.c8"
union all
select unit, origin, document, row, id_number, name, 'c9' from "annex2.c9"
union all
select unit, origin, document, row, id_number, name, 'c10' from "annex2.c10"
union all
select unit, origin, document, row, id_number, name, 'c11' from "annex2.c11";

/* report.pending_persons
label: 疑似待核实人数
count: distinct id_number
*/
select unit, origin, document, row, id_number, name, code from violation_items where not settled
union all
select unit, 'trips', document, row, id_number, name, suspected[1] from trip_checks
where len(suspected) > 0 and coalesce(conclusion = '待核实', true);

/* report.stale_registrations
label: 应撤未撤备案
count: distinct id_number
*/
select r.unit, 'registrations' as origin, r.document, r.row, r.id_number, r.name, r.filed_on from live_registrations r
where not exists (select 1 from on_register s where s.unit = r.unit and s.id_number = r.id_number);

/* report.loans_overdue
label: 逾期未还的领用
count: rows
*/
select unit, 'loans' as origin, document, row, id_number, name, kind, number, due_on from loan_terms where overdue;

/* report.leave_instead_persons
label: 以请假代替审批人数
count: distinct id_number
*/
from "annex2.c5" where approval = '以请假代替审批';

/* report.handled_staff
label: 处理人数（当事人）
count: distinct id_number
*/
from "annex2.c13" where role = '当事人';

/* report.handled_managers
label: 处理人数（仅作为责任人）
count: distinct id_number
*/
select c.* from "annex2.c13" c
where not exists (select 1 from "report.handled_staff" s where s.unit = c.unit and s.id_number = c.id_number);

/* report.persons_handled
label: 有属实问题的人员中专项整治期间已处理的人数
count: distinct id_number
*/
select p.unit, p.origin, p.document, p.row, p.id_number, p.name from "report.problem_persons" p
where exists (select 1 from "annex2.c13" c where c.unit = p.unit and c.id_number = p.id_number);

/* report.persons_handled_before
label: 有属实问题的人员中专项整治前已处理的人数
count: distinct id_number
holds: 专项整治期间没有处理，属实的问题在专项整治前均已处理
*/
select p.unit, p.origin, p.document, p.row, p.id_number, p.name from "report.problem_persons" p
where not exists (select 1 from "annex2.c13" c where c.unit = p.unit and c.id_number = p.id_number)
  and exists (select 1 from violation_items v where v.unit = p.unit and v.id_number = p.id_number and v.confirmed and v.origin <> 'trips')
  and not exists (select 1 from violation_items v where v.unit = p.unit and v.id_number = p.id_number and v.confirmed
                  and v.origin <> 'trips' and not v.handled_before);

/* report.disciplined
label: 党纪、政务处分人次
count: rows
*/
select s.unit, s.origin, s.document, s.row, s.id_number, s.name, s.method
from sanctions_counted s join sanction_methods m on m.label = s.method
where m.class in ('党纪处分', '政务/事业单位处分');

/* report.ban_persons
label: 本次起不予审批的人数
count: distinct id_number
*/
select b.unit, 'sanctions' as origin, b.document, b.row, b.id_number, b.name, b.ban_from, b.ban_until
from bans b cross join config c where b.ban_from between c.campaign_start and c.cutoff;

/* report.problems_total
label: 问题台账项数
count: rows
kept: true
holds: 材料10和证件类问题各行，核实为不属实、不属违规的除外
*/
select v.unit, v.origin, v.document, v.row, v.id_number, v.name, v.code, v.conclusion, v.handled, w.due_on,
       regexp_replace(k.label, '^\S+ ', '') as violation
from violation_items v
join (select unit, 'violations' as origin, document, row, due_on from violations
      union all select unit, 'problems', document, row, due_on from problems) w using (unit, origin, document, row)
left join codes k on k.list = 'violation' and k.code = v.code
where v.origin in ('violations', 'problems') and v.conclusion in ('属实', '部分属实', '待核实');

/* report.problems_settled
label: 已处理的问题
count: rows
*/
from "report.problems_total" where handled = '是' and conclusion in ('属实', '部分属实');

/* report.problems_open
label: 未处理的问题
count: rows
*/
from "report.problems_total" where not coalesce(handled = '是' and conclusion in ('属实', '部分属实'), false);

/* report.problems_overdue
label: 超期未处理的问题
count: rows
*/
select p.* from "report.problems_open" p cross join config c where p.due_on < c.cutoff;

/* report.rules_revised
label: 修订制度数
count: rows
holds: 材料1所填的数
*/
select unit, document, unnest(range(rules_revised)) as nth from self_report_facts;

/* by.trips_year
label: 因私出国（境）按年份
count: rows
by: in_year
order: in_year
*/
from "report.trips";

/* by.trips_reason
label: 因私出国（境）按事由
count: rows
by: reason
*/
from "report.trips";

/* by.trips_destination
label: 因私出国（境）按前往国家（地区）
count: rows
by: destination
first: 5
*/
select unit, origin, document, row, id_number, name, exit_on, unnest(destinations) as destination from "report.trips";

/* by.deviation
label: 未按审批要求按情形
count: distinct id_number
by: deviation
order: code
*/
select d.*, regexp_replace(k.label, '^\S+ ', '') as deviation
from "annex2.c10" d join codes k on k.list = 'violation' and k.code = d.code;

/* by.missing_reason
label: 未收证件按原因
count: rows
by: why
*/
select unit, origin, document, row, id_number, name, kind, number,
       coalesce(missing_reason, case when overdue then '领用逾期' else '未填原因' end) as why
from due_certificates where not held;

/* by.handling
label: 处理方式（人次）
count: rows
by: way
order: place
*/
select s.unit, s.origin, s.document, s.row, s.id_number, s.name, f.label as way,
       cast(substr(s.counted_in, 2) as integer) as place
from sanctions_counted s join figure_fields f on f.table = 'annex2' and f.column = s.counted_in;

/* by.disciplined
label: 党纪、政务处分（人次）按类别
count: rows
by: class
*/
select d.unit, d.origin, d.document, d.row, d.id_number, d.name, d.method, m.class
from "report.disciplined" d join sanction_methods m on m.label = d.method;

/* by.handling_violation
label: 处理人数按违规情形
count: distinct id_number
by: violation
*/
select c.unit, c.origin, c.document, c.row, c.id_number, c.name, regexp_replace(unnest(s.violation), '^\S+ ', '') as violation
from "annex2.c13" c join sanctions s using (unit, document, row);

/* by.unit_type
label: 有属实问题的人数按单位类型
count: distinct id_number
by: type
*/
select p.*, u.type from "report.problem_persons" p join units u using (unit);

/* by.unit_rate
label: 有属实问题的人数占国家工作人员比例最高的三家单位
count: distinct id_number
by: unit_name
order: place
first: 3
*/
with base as (
  select unit, count(distinct id_number) as staff from "annex3.d3" group by all
), ranked as (
  select p.unit, row_number() over (order by count(distinct p.id_number) / b.staff desc, u.n) as place
  from "report.problem_persons" p join base b using (unit) join units u using (unit) group by p.unit, b.staff, u.n
)
select p.*, u.name as unit_name, r.place from "report.problem_persons" p join units u using (unit) join ranked r using (unit);

/* by.problems
label: 未处理的问题按情形
count: rows
by: violation
*/
from "report.problems_open";

/* ratio.registration
label: 登记备案率
ratio: annex3.d5 / annex3.d4
*/

/* ratio.collection
label: 证件收缴率
ratio: annex3.d7 / annex3.d6
*/

/* ratio.submission
label: 材料报送率
ratio: report.materials_in / report.materials_required
*/

/* ratio.holding
label: 持证率
ratio: report.certificate_holders / annex3.d3
*/

/* ratio.declaration
label: 个人申报率
ratio: report.declarations_in / report.declarations_due
*/
