-- 应查尽查：查实的问题，件件有处理；处理与情节相当，禁批期登记到人，各表前后一致。

/* R20
title: 处理后名册职务未变
level: warning
at: sanctions.method
says: 第{row}行：已给予“{method}”，但名册职务仍为“{position}”，请核对。
fix: 更新材料2的职务。
needs: [sanctions, staff]
*/
select p.unit, p.document, p.row, p.method, s.position, p.method as value
from sanctions p join staff s on s.unit = p.unit and s.id_number = p.id_number
where p.method in ('免职', '降职', '政务撤职', '政务开除', '降低岗位等级或撤职', '开除')
  and s.position <> '无' and contains(p.post_then, s.position);

/* R21
title: 违规人员没有登记不予审批期
level: error
at: sanctions.ban_until
says: 第{row}行：违规人员须登记3年不予审批期（{d1}至{d2}）。
fix: 填写不予审批期起止。
needs: [sanctions]
*/
select s.unit, s.document, s.row, b.ban_from as d1, b.ban_until as d2, s.id_number as value
from sanctions s join bans b on b.unit = s.unit and b.document = s.document and b.row = s.row
where s.ban_from is null or s.ban_until is null;

/* X15
title: 材料10的行程不在材料5
level: error
at: violations.exit_on
says: 第{row}行：材料10的行程在材料5中不存在。
fix: 在材料5补登该次行程。
needs: [violations, trips]
*/
select v.unit, v.document, v.row, v.exit_on::varchar as value
from violations v
where v.exit_on is not null
  and not exists (select 1 from trips t where t.unit = v.unit and t.id_number = v.id_number and t.exit_on = v.exit_on);

/* X16
title: 查实的问题没有处理也没有打算
level: warning
at: violations.proposed
says: 第{row}行：{name}违规问题尚未处理，请填写拟处理意见和完成时限（应查尽查）。
fix: 补填拟处理意见和完成时限，或补登材料9。
needs: [violations, sanctions]
*/
with open as (
  select unit, 'violations' as origin, document, row, name, id_number, conclusion, handled, proposed, due_on, exit_on::varchar as value from violations
  union all
  select unit, 'problems', document, row, name, id_number, conclusion, handled, proposed, due_on, concerns from problems
)
select o.unit, o.origin, o.document, o.row, o.name, o.value
from open o
where o.conclusion in ('属实', '部分属实') and (o.proposed is null or o.due_on is null)
  and not (coalesce(o.handled, '否') = '是'
           and exists (select 1 from sanctions s where s.unit = o.unit and s.id_number = o.id_number));

/* X17
title: 已处理的问题没有登记
level: warning
at: sanctions.violation
says: 第{row}行：{name}已处理的问题（{code}）未在对应登记表反映。
fix: 在材料10（行程类）或“证件类问题”补登。
needs: [sanctions, violations]
*/
with named as (
  select s.unit, s.document, s.row, s.name, s.id_number, s.violated_on, code_of(unnest(s.violation)) as code, s.role from sanctions s
)
select n.unit, n.document, n.row, n.name, n.code, n.code as value
from named n cross join config c
where coalesce(n.role, '当事人') = '当事人' and n.violated_on >= c.trip_lookback_start
  and n.code[1:2] in ('V1', 'V2', 'V3', 'V4', 'V5')
  and not exists (select 1 from violation_items i where i.unit = n.unit and i.id_number = n.id_number
                  and i.origin in ('violations', 'problems') and i.code[1:2] = n.code[1:2]);

/* X22
title: 本人报告的行程与登记表不一致
level: warning
at: declarations.went_abroad
says: 第{row}行：本人报告与登记表行程不一致（{n}/{m}次）。
fix: 核对；属瞒报的在“证件类问题”登记并核实（V6）。
needs: [declarations, trips]
*/
with told as (
  select unit, id_number, count(*) as n from declared_trips group by all
), listed as (
  select t.unit, t.id_number, count(*) as m from trips t cross join config c
  where t.nature = '因私' and t.exit_on >= c.trip_lookback_start
    and not exists (select 1 from settled_concealment s where s.unit = t.unit and s.id_number = t.id_number and s.exit_on = t.exit_on)
  group by all
), compared as (
  select d.unit, d.document, d.row, d.id_number, coalesce(t.n, 0) as n, coalesce(l.m, 0) as m
  from declarations d
  left join told t on t.unit = d.unit and t.id_number = d.id_number
  left join listed l on l.unit = d.unit and l.id_number = d.id_number
)
select unit, document, row, n, m, n || '/' || m as value from compared where n <> m;

/* X34
title: 处理与情节不相当
level: warning
at: sanctions.method
says: 第{row}行：{name}在不予审批期内出境，只作“{method}”，处理方式与情节不匹配，请附研究意见。
fix: 附研究意见，或补充处理。
needs: [sanctions]
*/
select s.unit, s.document, s.row, s.name, s.method, s.method as value
from sanctions s
where len(list_filter(s.violation, lambda v: code_of(v) = 'V4d')) > 0 and s.class = '批评教育类'
  and not exists (select 1 from sanctions o where o.unit = s.unit and o.id_number = s.id_number and o.class <> '批评教育类');
