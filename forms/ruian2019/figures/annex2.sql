-- Annex 2 (domain §2.2): each column is the rows it counts, persons by distinct id number within a unit. The window is
-- campaign_start … cutoff. Only what people confirmed (属实、部分属实) is counted. Evidence: unit, origin (table), document, row.

/* annex2.c3
label: 新增登记备案人数
count: distinct id_number
*/
select r.unit, 'registrations' as origin, r.document, r.row, r.id_number, r.surname || r.given_name as name, r.filed_on, r.state
from registrations r cross join config c
where r.action = '新增' and r.filed_on between c.campaign_start and c.cutoff and r.state in ('已报送公安', '公安已入库')
  and exists (select 1 from on_register s where s.unit = r.unit and s.id_number = r.id_number);

/* annex2.c4
label: 新收缴证件数
count: rows
holds: 领用归还不算收缴；上交日已过期的不计（D7），已注销、遗失等的不计
*/
select distinct on (k.unit, k.kind, k.number)
       k.unit, 'custody' as origin, k.document, k.row, k.id_number, k.name, k.kind, k.number, k.first_handed_in_on
from custody k cross join config c
left join certificates m on m.unit = k.unit and m.kind = k.kind and m.number = k.number
where k.nature = '本次整治新收缴' and k.first_handed_in_on between c.campaign_start and c.cutoff
  and (c.count_expired or coalesce(k.expires_on >= k.first_handed_in_on, true))
  and coalesce(m.status in ('有效', '过期'), true)
order by k.unit, k.kind, k.number, k.document, k.row;

/* annex2.c5
label: 2016年1月1日以来未经审批出国（境）人数
count: distinct id_number
holds: 含专项整治前已处理的（D5）；不需审批（入职前、离职后）的不计
*/
select unit, 'trips' as origin, document, row, id_number, name, exit_on, approval, conclusion from unapproved_trips;

/* annex2.c6
label: 违规办理因私证照人数
count: distinct id_number
holds: 2016年以后、备案之后签发，未经单位同意；此前签发的另附说明
*/
select v.unit, v.origin, v.document, v.row, v.id_number, v.name, v.kind, v.number, v.happened_on
from violation_items v cross join config c
left join certificates m on m.unit = v.unit and m.kind = v.kind and m.number = v.number
left join (select unit, id_number, min(filed_on) as filed_on from registrations group by all) r
  on r.unit = v.unit and r.id_number = v.id_number
where v.code = 'V1' and v.confirmed
  and coalesce(m.issued_on, v.happened_on) > greatest(r.filed_on, c.trip_lookback_start)
  and coalesce(m.consented = '否', true);

/* annex2.c7
label: 违规持有因私证照人数
count: distinct id_number
holds: 整治期间主动上交的仍计
*/
select unit, origin, document, row, id_number, name, kind, number, happened_on, voluntary
from violation_items where code = 'V2' and confirmed;

/* annex2.c8
label: 瞒报持有因私证照人数
count: distinct id_number
holds: 单位报送前本人已主动更正的是漏报，不计
*/
select unit, origin, document, row, id_number, name, kind, number, happened_on
from violation_items where code = 'V3' and confirmed and coalesce(voluntary = '否', true);

/* annex2.c9
label: 未经批准擅自出国（境）人数
count: distinct id_number
holds: 第5列的行程减去专项整治开始前已处理的（D5）；以请假代替审批的按 D9
*/
select t.unit, 'trips' as origin, t.document, t.row, t.id_number, t.name, t.exit_on, t.approval, t.conclusion
from unapproved_trips t cross join config c
where not (c.unapproved_open_only and t.handled_before)
  and not (c.leave_instead_column = 'c10' and t.approval = '以请假代替审批');

/* annex2.c10
label: 未按审批要求出国（境）人数
count: distinct id_number
holds: 逾期滞留，擅自变更行程、日期、事由、证件；专项整治开始前已处理的不计
*/
select v.unit, v.origin, v.document, v.row, v.id_number, v.name, v.exit_on, v.code
from violation_items v
where v.code in ('V5a', 'V5b', 'V5c', 'V5d', 'V5e') and v.confirmed and not v.handled_before
union all
select t.unit, 'trips', t.document, t.row, t.id_number, t.name, t.exit_on, 'V4b'
from unapproved_trips t cross join config c
where c.leave_instead_column = 'c10' and t.approval = '以请假代替审批' and not (c.unapproved_open_only and t.handled_before);

/* annex2.c11
label: 瞒报出国（境）情况人数
count: distinct id_number
*/
select unit, origin, document, row, id_number, name, exit_on from violation_items where code = 'V6' and confirmed;

/* annex2.c12
label: 出国（境）审批事项把关不严件数
count: distinct counted
holds: 按审批事项（件）计；D4 改为按责任人时，按人计
*/
select v.unit, v.origin, v.document, v.row, v.id_number, v.name, v.approval_number, v.code,
       case when c.problem_unit = 'responsible' then v.id_number else v.approval_number end as counted
from violation_items v cross join config c
where starts_with(v.code, 'V7') and v.confirmed;

/* annex2.c13
label: 处理人数
count: distinct id_number
*/
select s.unit, 'sanctions' as origin, s.document, s.row, s.id_number, s.name, s.role, array_to_string(s.method, '、') as method,
       s.decided_on
from sanctions s cross join config c
where s.decided_on between c.campaign_start and c.cutoff and coalesce(s.in_campaign = '是', true)
  and (c.managers_counted or s.role = '当事人');

/* annex2.c14
label: 批评教育人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c14';

/* annex2.c15
label: 诫勉人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c15';

/* annex2.c16
label: 调离岗位人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c16';

/* annex2.c17
label: 责令辞职人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c17';

/* annex2.c18
label: 免职人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c18';

/* annex2.c19
label: 降职人次
count: rows
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c19';

/* annex2.c20
label: 移交纪检监察机关人次
count: rows
holds: 含党纪、政务处分（D14）
*/
select unit, origin, document, row, id_number, name, method, decided_on from sanctions_counted where counted_in = 'c20';
