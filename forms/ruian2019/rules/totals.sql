-- The typed Annex 2 and 3 against the numbers counted from the rows, and against themselves (domain §2.2, §2.4, X23–X29).

/* X23
level: error
at: annex2.new_registrations
title: 附件2的数与各材料不符
needs: [annex2, staff, registrations, certificates, trips, custody, sanctions, violations]
says: 附件2“{label}”应为{computed}，填报为{typed}。
fix: 采用系统数（与各材料一致），或先更正有关材料；确有依据的由局审核改定。
why: 附表的数由各材料算出，应当与材料一致。
*/
select a.unit, a.document, a.row, f.field, f.label, a.typed, g.n as computed, a.typed as value, f.figure as key, f.figure
from (unpivot annex2 on columns(* exclude (unit, document, row, serial, unit_name)) into name field value typed) a
join figure_fields f on f.table = 'annex2' and f.field = a.field
join figures g on g.unit = a.unit and g.figure = f.figure
where a.typed <> g.n
  and not exists (select 1 from overrides o where o.unit = a.unit and o.figure = f.figure and o.n = a.typed);

/* X24
level: error
at: annex3.staff_total
title: 附件3的数与各材料不符
needs: [annex3, staff, registrations, certificates, custody]
says: 附件3“{label}”应为{computed}，填报为{typed}。
fix: 采用系统数（与各材料一致），或先更正有关材料；确有依据的由局审核改定。
why: 附表的数由各材料算出，应当与材料一致。
*/
select a.unit, a.document, a.row, f.field, f.label, a.typed, g.n as computed, a.typed as value, f.figure as key, f.figure
from (unpivot annex3 on columns(* exclude (unit, document, row, serial, unit_name)) into name field value typed) a
join figure_fields f on f.table = 'annex3' and f.field = a.field
join figures g on g.unit = a.unit and g.figure = f.figure
where a.typed <> g.n
  and not exists (select 1 from overrides o where o.unit = a.unit and o.figure = f.figure and o.n = a.typed);

/* X25
level: error
at: annex2.persons_handled
title: 处理人数与处理人次不符
needs: [annex2]
says: 处理人数{persons}与处理人次之和{times}不符：处理人数不应大于处理人次之和，有人次就应有人数。
fix: 请核对材料9，一行只填一种处理方式。
why: 一人可能受几种处理，人数不会多于人次。
*/
select unit, document, row, persons_handled as persons,
       criticised + admonished + transferred + ordered_to_resign + removed + demoted + referred as times,
       persons || '/' || times as value, 'c13' as key
from annex2
where persons_handled > times or (persons_handled = 0 and times > 0);

/* X26
level: error
at: annex2.unapproved_open
title: 分出的人数多于总人数
needs: [annex2]
says: “未经批准擅自出国（境）”人数{open}不应大于2016年以来未经审批出国（境）人数{since}。
fix: 请核对材料5和材料9。
why: 从中分出的数，不会多于它所在的总数。
*/
select unit, document, row, unapproved_open as open, unapproved_since_2016 as since, open || '/' || since as value, 'c9' as key
from annex2
where unapproved_open > unapproved_since_2016;

/* X27
level: error
at: annex3.registered
title: 应备、实备人数颠倒
needs: [annex3]
says: “{smaller}”{less}不应大于“{larger}”{more}。
fix: 请核对材料2和材料3。
why: 实备人数不会多于应备人数，应备人数不会多于总人数。
*/
select unit, document, row, 'registered' as field, '实备数' as smaller, registered as less, '应备数' as larger, due_registration as more,
       less || '/' || more as value, 'd5' as key, 'error' as level
from annex3 where registered > due_registration
union all
select a.unit, a.document, a.row, 'due_registration', '应备数', a.due_registration, '国家工作人员总数', a.staff_total,
       a.due_registration || '/' || a.staff_total, 'd4', case when c.registration_scope = 'C' then 'warning' else 'error' end
from annex3 a cross join config c where a.due_registration > a.staff_total;

/* X28
level: error
at: annex3.held_certificates
title: 实收证件数与分类不符
needs: [annex3]
says: 实收数{held}应等于三类证件之和{parts}，且不大于应收数{due}。
fix: 请核对材料7；过期证件不计入。
why: 实收数就是三类证件之和，不会多于应收数。
*/
select unit, document, row, held_certificates as held, held_passports + held_hkmo_permits + held_tw_permits as parts,
       due_certificates as due, held || '/' || parts || '/' || due as value, 'd7' as key
from annex3
where held_certificates <> parts or held_certificates > due_certificates;

/* X29
level: warning
at: annex2.new_registrations
title: 新增数大于累计数
needs: [annex2, annex3]
says: “{part}”{n}大于累计的“{whole}”{total}。
fix: 请核对两张附表，或说明原因。
why: 新增数是累计数的一部分，不会更多。
*/
select a.unit, a.document, a.row, 'new_registrations' as field, '新增登记备案人数' as part, a.new_registrations as n, '实备数' as whole,
       b.registered as total, n || '/' || total as value, 'c3' as key
from annex2 a join annex3 b using (unit) where a.new_registrations > b.registered
union all
select a.unit, a.document, a.row, 'newly_collected', '新收缴证件数(本)', a.newly_collected, '实收数', b.held_certificates,
       a.newly_collected || '/' || b.held_certificates, 'c4'
from annex2 a join annex3 b using (unit) where a.newly_collected > b.held_certificates;

/* S14
level: error
at: self_report.R1_staff_total
title: 自查报告的数与表格不符
needs: [self_report, staff, registrations, certificates, trips, custody, declarations, sanctions, violations]
says: 自查报告中“{label}”为{typed}，与表格统计{computed}不一致。
fix: 改为系统数，或先更正有关材料。
why: 报告中的数应当与表格一致，否则上级无法采信。
*/
select a.unit, a.document, f.field, f.label, a.typed, g.n as computed, a.typed as value, f.field as key, f.figure
from (unpivot self_report_facts on columns('^R1_') into name field value typed) a
join figure_fields f on f.form = 'self_report' and f.field = a.field
join figures g on g.unit = a.unit and g.figure = f.figure
where a.typed <> g.n
