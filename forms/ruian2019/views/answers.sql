-- When people have answered what a rule suspects, the rule is silent (domain §3 intro, D19).

/* answered
macro: concluded, violations_named, code_wanted
holds: 该行写明了这种违规情形，并有核实结论（不再是待核实）。只写“无”的不算回答
*/
(coalesce(concluded <> '待核实', false)
 and len(list_filter(coalesce(violations_named, []::varchar[]), lambda v: code_of(v) = code_wanted)) > 0);

/* settled_certificates
holds: “证件类问题”中已有核实结论的证件（V1、V2、V3），每本每种情形一行
columns: unit, id_number, code, kind, number
needs: [violations]
*/
select distinct unit, id_number, code, kind, number from violation_items
where origin = 'problems' and settled and code in ('V1', 'V2', 'V3');

/* settled_approvals
holds: “证件类问题”中已有核实结论的审批（V7a—V7f），每项一行
columns: unit, approval_number, code
needs: [violations]
*/
select distinct unit, approval_number, code from violation_items
where origin = 'problems' and settled and starts_with(code, 'V7');

/* settled_concealment
holds: “证件类问题”中已有核实结论的瞒报行程（V6）
columns: unit, id_number, exit_on
needs: [violations]
*/
select distinct unit, id_number, exit_on from violation_items where origin = 'problems' and settled and code = 'V6'
union
select distinct unit, id_number, exit_on from violation_items where origin = 'trips' and settled and code = 'V6';

/* listed_trips
holds: 材料10行程类问题中列出的行程和情形
columns: unit, id_number, exit_on, code
needs: [violations]
*/
select distinct unit, id_number, exit_on, code_of(violation) as code from violations;

/* approval_order
holds: 每项出国（境）审批前后相接的两步：申请、单位意见、派驻纪检组意见、局审批、证件领用、出境，没有日期的跳过；field 为后一步所在的列。
  earlier_on 晚于 later_on 即为颠倒
columns: unit, document, row, approval_number, earlier_label, earlier_on, later_label, later_on, field
needs: [approvals]
*/
with steps as (
  select unit, document, row, approval_number, unnest([
           struct_pack(n := 1, label := '申请', day := applied_on, field := 'applied_on'),
           struct_pack(n := 2, label := '单位意见', day := unit_opinion_on, field := 'unit_opinion_on'),
           struct_pack(n := 3, label := '派驻纪检组意见', day := discipline_opinion_on, field := 'discipline_opinion_on'),
           struct_pack(n := 4, label := '局审批', day := bureau_decided_on, field := 'bureau_decided_on'),
           struct_pack(n := 5, label := '证件领用', day := lent_on, field := 'lent_on'),
           struct_pack(n := 6, label := '拟出境', day := planned_exit_on, field := 'planned_exit_on')], recursive := true)
  from approvals where matter = '出国（境）'
), ordered as (
  select *, lag(label) over mine as before_label, lag(day) over mine as before_day from steps where day is not null
  window mine as (partition by unit, document, row order by n)
)
select unit, document, row, approval_number, before_label as earlier_label, before_day as earlier_on, label as later_label,
       day as later_on, field
from ordered where before_day is not null
