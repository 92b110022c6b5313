-- When people have answered what a rule suspects, the rule is silent (domain §3 intro, D19).

/* answered
macro: concluded, violations_named, code_wanted
holds: 该行写明了这种违规情形，并有核实结论（不再是待核实）。只写“无”的不算回答
*/
(coalesce(concluded <> '待核实', false)
 and len(list_filter(coalesce(violations_named, []::varchar[]), lambda v: code_of(v) = code_wanted)) > 0);

/* cleared
macro: concluded, violations_named, family, explained
holds: 核实为不属实、不属违规，并且写明是哪一类违规（V4、V5）或写了情况说明。只选结论的不算
*/
(coalesce(concluded in ('不属实', '不属违规'), false)
 and (explained is not null or len(list_filter(coalesce(violations_named, []::varchar[]), lambda v: starts_with(v, family))) > 0))

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
select distinct unit, id_number, exit_on from violation_items where origin in ('problems', 'trips') and settled and code = 'V6';

/* listed_trips
holds: 材料10行程类问题中列出的行程和情形
columns: unit, id_number, exit_on, code
needs: [violations]
*/
select distinct unit, id_number, exit_on, code_of(violation) as code from violations;

/* approval_steps
holds: 每项出国（境）审批写了日期的各步，按应有的先后：申请、单位意见、派驻纪检组意见、局审批、证件领用、拟出境
columns: unit, document, row, approval_number, n, label, day, field
needs: [approvals]
*/
select * from (
  select unit, document, row, approval_number, unnest([
           struct_pack(n := 1, label := '申请', day := applied_on, field := 'applied_on'),
           struct_pack(n := 2, label := '单位意见', day := unit_opinion_on, field := 'unit_opinion_on'),
           struct_pack(n := 3, label := '派驻纪检组意见', day := discipline_opinion_on, field := 'discipline_opinion_on'),
           struct_pack(n := 4, label := '局审批', day := bureau_decided_on, field := 'bureau_decided_on'),
           struct_pack(n := 5, label := '证件领用', day := lent_on, field := 'lent_on'),
           struct_pack(n := 6, label := '拟出境', day := planned_exit_on, field := 'planned_exit_on')], recursive := true)
  from approvals where matter = '出国（境）') steps
where day is not null;

/* approval_disorder
holds: 审批先后颠倒的两步。与别的步骤颠倒最多的一步算写错的（一样多的，算后一步），field 为它所在的列，每个写错的日期一行。
  批准以后才听取纪检组意见的（R27）、未批先领的（R30）另有规则，不在此列
columns: unit, document, row, approval_number, earlier_label, earlier_on, later_label, later_on, field
needs: [approvals]
*/
with pairs as (
  select a.unit, a.document, a.row, a.approval_number, a.n as earlier, b.n as later, a.label as earlier_label, a.day as earlier_on,
         b.label as later_label, b.day as later_on, a.field as earlier_field, b.field as later_field
  from approval_steps a
  join approval_steps b on b.unit = a.unit and b.document = a.document and b.row = a.row and b.n > a.n and b.day < a.day
  where a.label <> '派驻纪检组意见' and b.label <> '证件领用'
), blamed as (
  select *, case when count(*) over (partition by unit, document, row, earlier) > count(*) over (partition by unit, document, row, later)
                 then earlier_field else later_field end as field
  from pairs
)
select unit, document, row, approval_number, earlier_label, earlier_on, later_label, later_on, field
from blamed
qualify row_number() over (partition by unit, document, row, field order by later - earlier, earlier) = 1
