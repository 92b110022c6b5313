-- 应审尽审：应当审批的出国（境），次次有审批；事由、次数、天数合规，事先听取派驻纪检组意见；实际行程与批准的一致。

/* R05
title: 批准晚于出境
level: warning
at: trips.approved_on
says: 第{row}行：批准日期{approved}晚于出境日期{left}，按“事后补批”处理，视同未经审批。
fix: 核对日期，或把审批情况改为“事后补批”并核实。
why: 因私出国（境）须事先审批，出境后才批的视同未经审批。
needs: [trips]
*/
select t.unit, t.document, t.row, t.approved_on as approved, t.exit_on as left
from trip_checks t
where t.nature = '因私' and t.employed and t.approved_on > t.exit_on and not answered(t.conclusion, t.violation, 'V4c');

/* R06
title: 超期或提前出入境
level: warning
at: trips.entry_on
says: 第{row}行：实际{d1}至{d2}，批准{a1}至{a2}，{problem}
fix: 附延期（变更）审批，或核实后，违规情形选“逾期滞留”或“擅自变更日期”。
why: 出境、入境日期应在批准的期限以内。
needs: [trips, approvals]
*/
with compared as (
  select t.*, strftime(t.exit_on, '%Y-%m-%d') as d1, coalesce(strftime(t.entry_on, '%Y-%m-%d'), '未归') as d2,
         strftime(t.approved_exit_on, '%Y-%m-%d') as a1, strftime(t.approved_return_on, '%Y-%m-%d') as a2
  from trip_checks t where t.approval = '已审批'
)
select unit, document, row, d1, d2, a1, a2, 'entry_on' as field, coalesce(entry_on::varchar, '未归') as value,
       '逾期' || days_late || '天，疑似逾期滞留。' as problem
from compared where list_contains(suspected, 'V5a') and not answered(conclusion, violation, 'V5a')
union all
select unit, document, row, d1, d2, a1, a2, 'exit_on', exit_on::varchar,
       case when outside then '晚于批准返回日出境，疑似擅自变更日期。' else '提前' || days_early || '天出境，疑似擅自变更日期。' end
from compared where list_contains(suspected, 'V5c') and not answered(conclusion, violation, 'V5c');

/* R07
title: 前往国家（地区）不在批准范围
level: warning
at: trips.destinations
says: 第{row}行：实际前往“{places}”不在批准范围{allowed}内，疑似擅自变更行程。
fix: 附变更审批；仅机场转机的请说明；或核实后，违规情形选“擅自变更行程”。
why: 前往国家（地区）应与批准的一致。
needs: [trips, approvals]
*/
select k.unit, k.document, k.row, k.extra as places, k.extra as value,
       case when len(k.approved_destinations) > 0 then '“' || array_to_string(k.approved_destinations, '、') || '”'
            else '（本表填“' || array_to_string(t.approved_destinations, '、') || '”，材料6为“' || array_to_string(a.destinations, '、')
                 || '”，两表不一致）' end as allowed
from trip_checks k join trips t on t.unit = k.unit and t.document = k.document and t.row = k.row
left join approvals a on a.unit = k.unit and a.document = k.granted_document and a.row = k.granted_row
where list_contains(k.suspected, 'V5b') and not answered(k.conclusion, k.violation, 'V5b');

/* R08
title: 已审批而没有审批编号
level: error
at: trips.approval_number
says: 第{row}行：{name}选择“已审批”须填写审批编号。
fix: 补填审批编号。
why: 已审批的行程要能查到审批材料。
needs: [trips]
*/
select unit, document, row, name from trips
where approval = '已审批' and approval_number is null;

/* R09
title: 只有请假没有审批
level: warning
at: trips.approval
says: 第{row}行：{name}仅有请假手续、没有出国（境）审批，疑似“以请假代替审批”。
fix: 审批情况改选“以请假代替审批”，并核实，违规情形选“以请假代替审批”。
why: 请假手续不能代替因私出国（境）审批。
needs: [trips]
*/
select t.unit, t.document, t.row, t.name
from trip_checks t
where t.nature = '因私' and t.employed and t.leave = '有' and t.approval = '未经审批' and not answered(t.conclusion, t.violation, 'V4b');

/* R25
title: 审批时间先后颠倒
level: warning
at: approvals.applied_on
says: 第{row}行：审批流程时间顺序异常：{a}（{a_on}）晚于{b}（{b_on}）。
fix: 核对日期；属实的在“证件类问题”登记并核实。
why: 审批应按申请、单位意见、审批的先后办理，时间颠倒可能是补办。
needs: [approvals]
*/
select b.unit, b.document, b.row, b.earlier_label as a, b.earlier_on as a_on, b.later_label as b, b.later_on as b_on, b.field
from approval_disorder b
where not exists (select 1 from settled_approvals s where s.unit = b.unit and s.approval_number = b.approval_number);

/* R26
title: 批准天数或次数超限
level: warning
at: approvals.approved_days
says: 第{row}行：{problem}
fix: 附特批依据；属把关不严的在“证件类问题”登记并核实，违规情形选“超次数/超天数”。
why: 天数和次数超过规定的，须有特批依据。
needs: [approvals]
*/
with broken as (
  select *, 'approved_days' as field, '批准在外' || approved_days || '天，超过' || reason || '规定的' || limit_days || '天。' as problem
  from approval_limits where approved_days > limit_days
  union all
  select *, 'planned_exit_on', '本年度第' || nth || '次批准，超过一般每年' || limit_trips || '次。'
  from approval_limits where nth > limit_trips
)
select b.unit, b.document, b.row, b.field, b.problem
from broken b
where not exists (select 1 from settled_approvals s
                  where s.unit = b.unit and s.approval_number = b.approval_number and s.code = 'V7b');

/* R27
title: 没有事先听取派驻纪检组意见
level: warning
at: approvals.discipline_opinion
says: 第{row}行：{approval_number}{problem}
fix: 补充证明；属把关不严的在“证件类问题”登记并核实，违规情形选“未听取派驻纪检组意见”。
why: 审批前应当听取派驻纪检监察组的意见。
needs: [approvals]
*/
select a.unit, a.document, a.row, a.approval_number,
       case when a.discipline_opinion = '未征求' then '未见事先听取派驻纪检组意见的记录。'
            else '派驻纪检组意见（' || a.discipline_opinion_on || '）在批准（' || a.decided_on || '）以后，不是事先听取。' end as problem
from (select *, coalesce(bureau_decided_on, unit_opinion_on) as decided_on from approvals) a cross join config c
where c.discipline_opinion_required and a.matter = '出国（境）'
  and (a.discipline_opinion = '未征求' or a.discipline_opinion_on > a.decided_on)
  and not exists (select 1 from settled_approvals s
                  where s.unit = a.unit and s.approval_number = a.approval_number and s.code = 'V7a');

/* R28
title: 禁批期内批准出国（境）
level: warning
at: approvals.planned_exit_on
says: 第{row}行：{name}处于{years}年不予审批期内（至{until}），不应批准（{decided}）。
fix: 在“证件类问题”登记并核实，违规情形选“禁批期内审批”。
why: 受过处理的人在不予审批期内不得批准出国（境）。
needs: [approvals, sanctions]
*/
select a.unit, a.document, a.row, a.name, c.ban_years as years, max(b.ban_until) as until, a.decided_on as decided
from granted a
join bans b on b.unit = a.unit and b.id_number = a.id_number and a.decided_on between b.ban_from and b.ban_until
cross join config c
where not exists (select 1 from settled_approvals s
                  where s.unit = a.unit and s.approval_number = a.approval_number and s.code = 'V7c')
group by all;

/* R29
title: 越权审批
level: warning
at: approvals.level
says: 第{row}行：{name}是{authority}人员，应由{wanted}审批，不应由{level}审批。
fix: 附授权依据；属越权的在“证件类问题”登记并核实，违规情形选“越权审批”。
why: 审批应按干部管理权限进行。
needs: [approvals, staff]
*/
with ranked as (
  select a.unit, a.document, a.row, a.approval_number, a.name, a.level, s.authority,
         case s.authority when '市管' then 3 when '局管' then 2 else 1 end as needed,
         case a.level when '市委组织部' then 3 when '局' then 2 when '单位' then 1 end as given
  from approvals a join staff s on s.unit = a.unit and s.id_number = a.id_number
  where a.matter = '出国（境）'
)
select r.unit, r.document, r.row, r.name, r.authority, case r.needed when 3 then '市委组织部' else '局' end as wanted,
       r.level || '级' as level
from ranked r
where r.given < r.needed
  and not exists (select 1 from settled_approvals s
                  where s.unit = r.unit and s.approval_number = r.approval_number and s.code = 'V7d');

/* R30
title: 未批准先领证件
level: warning
at: approvals.lent_on
says: 第{row}行：{name}未批准先领取证件（领用{lent}，批准{decided}）。
fix: 核对日期；属实的在“证件类问题”登记并核实，违规情形选“未批先领证件”。
why: 证件集中保管，批准后才能领用。
needs: [approvals]
*/
with decided as (
  select *, coalesce(bureau_decided_on, unit_opinion_on) as decided_on from approvals where matter = '出国（境）'
), early as (
  select unit, 'approvals' as origin, document, row, name, approval_number, lent_on as lent, decided_on as decided
  from decided where lent_on < decided_on
  union all      -- 材料6没有写出来，而领用登记写出来的；出境以后才批准的是事后补批（R05、R25）
  select l.unit, 'loans', l.document, l.row, l.name, l.approval_number, l.lent_on, d.decided_on
  from loans l join decided d on d.unit = l.unit and d.approval_number = l.approval_number
  where l.lent_on < d.decided_on and coalesce(d.lent_on >= d.decided_on, true)
    and coalesce(d.decided_on <= d.planned_exit_on, true) and coalesce(l.state <> '已作废', true)
)
select e.unit, e.origin, e.document, e.row, e.name, e.lent, e.decided
from early e
where not exists (select 1 from settled_approvals s
                  where s.unit = e.unit and s.approval_number = e.approval_number and s.code = 'V7f');

/* X12
title: 未经审批的行程没有列入材料10
level: error
at: trips.approval
says: 第{row}行：{name}{day}赴{places}未经审批，未列入材料10。
fix: 列入材料10；或改正审批情况；核实不属违规的，在备注写明情况并附证。
why: 未经审批的因私出国（境）应当列入材料10，逐人核实处理（应审尽审、应查尽查）。
needs: [trips, violations, staff]
*/
select t.unit, t.document, t.row, t.name, t.exit_on as day, t.destinations as places
from trip_checks t
where t.nature = '因私' and t.employed and t.approval in ('未经审批', '以请假代替审批', '事后补批')
  and not cleared(t.conclusion, t.violation, 'V4', t.note)
  and not exists (select 1 from listed_trips v where v.unit = t.unit and v.id_number = t.id_number and v.exit_on = t.exit_on
                  and starts_with(v.code, 'V4'));

/* X13
title: 已批准未见出境
level: notice
at: approvals.departed
says: 第{row}行：{name}{day}出境的申请（{approval_number}）已批准，未见出境记录，请确认是否成行及证件是否交回。
fix: 补登是否成行；取消的填写取消日期。
why: 批准后未成行的，应当说明，领用的证件应当交回。
needs: [approvals, trips]
*/
select g.unit, g.document, g.row, g.name, g.planned_exit_on as day, g.approval_number
from granted g join approvals a on a.unit = g.unit and a.document = g.document and a.row = g.row cross join config c
where coalesce(a.departed, '是') = '是' and g.return_on < c.as_of
  and not exists (select 1 from trip_approvals t where t.unit = g.unit and t.approval = g.document || '#' || g.row);

/* X14
title: 与审批不一致的行程没有列入材料10，或两表认定不同
level: error
at: trips.match
says: 第{row}行：{name}{day}{problem}。
fix: 列入材料10，两表的违规情形和核实结论写一致；核实不属违规的，在备注写明情况并附证。
why: 行程与审批不一致属于未按要求审批，应当列入材料10，两张表的认定应当一致。
needs: [trips, approvals, violations, staff]
*/
select t.unit, 'trips' as origin, t.document, t.row, t.name, t.exit_on as day, 'match' as field, t.match as value,
       '存在' || list_aggregate(list_transform(list_filter(['V5a', 'V5b', 'V5c'], lambda v: list_contains(t.suspected, v)),
         lambda v: case v when 'V5a' then '逾期' || t.days_late || '天返回' when 'V5b' then '擅自前往' || array_to_string(t.extra, '、')
                          else '提前或推迟出境' end), 'string_agg', '、') || '的情况，未列入材料10' as problem
from trip_checks t
where list_has_any(t.suspected, ['V5a', 'V5b', 'V5c'])      -- 所用证件不同的由 P10、X20 提示
  and not cleared(t.conclusion, t.violation, 'V5', t.note)
  and not exists (select 1 from listed_trips v where v.unit = t.unit and v.id_number = t.id_number and v.exit_on = t.exit_on
                  and starts_with(v.code, 'V5'))
union all      -- 材料10是材料5的一部分：同一次行程，违规情形、核实结论应当相同
select v.unit, 'violations', v.document, v.row, v.name, v.exit_on, 'conclusion', v.conclusion,
       '出境的行程，核实结论为“' || v.conclusion || '”，材料5为“' || t.conclusion || '”'
from violations v join trips t on t.unit = v.unit and t.id_number = v.id_number and t.exit_on = v.exit_on
where v.conclusion <> t.conclusion
  and not exists (select 1 from violations o where o.unit = v.unit and o.id_number = v.id_number and o.exit_on = v.exit_on
                  and o.conclusion = t.conclusion)
union all
select v.unit, 'violations', v.document, v.row, v.name, v.exit_on, 'violation', v.violation,
       '出境的行程，违规情形为“' || v.violation || '”，材料5为“' || array_to_string(t.violation, '、') || '”'
from violations v join trips t on t.unit = v.unit and t.id_number = v.id_number and t.exit_on = v.exit_on
where not list_contains(t.violation, v.violation);

/* X18
title: 不予审批期内仍有审批或出境
level: error
at: trips.exit_on
says: 第{row}行：{name}在{years}年不予审批期内（至{until}）仍有{what}记录。
fix: 核查并填写违规情形：出境的选“不予批准或禁批期内出境”，审批的选“禁批期内审批”。
why: 不予审批期内不得出国（境），也不得批准。
needs: [trips, approvals, sanctions]
*/
select t.unit, 'trips' as origin, t.document, t.row, t.name, c.ban_years as years, t.ban_until as until, '出境' as what,
       'exit_on' as field
from trip_checks t cross join config c
where t.nature = '因私' and t.ban_until is not null and not answered(t.conclusion, t.violation, 'V4d')
union all
select a.unit, 'approvals', a.document, a.row, a.name, c.ban_years, max(b.ban_until), '审批', 'planned_exit_on'
from granted a
join bans b on b.unit = a.unit and b.id_number = a.id_number and a.decided_on between b.ban_from and b.ban_until
cross join config c
where not exists (select 1 from settled_approvals s
                  where s.unit = a.unit and s.approval_number = a.approval_number and s.code = 'V7c')
group by all;

/* X33
title: 同一人两次行程重叠
level: warning
at: trips.exit_on
says: 第{row}行：{name}两次行程时间重叠（{day}出境、{other}出境）。
fix: 核对两次行程的日期。
why: 一个人不能同时在两次行程中，必有一次的日期有误。
needs: [trips]
*/
select b.unit, b.document, b.row, b.name, b.exit_on as day, min(a.exit_on) as other
from trips a join trips b on b.unit = a.unit and b.id_number = a.id_number and (b.document, b.row) <> (a.document, a.row)
where (a.exit_on, a.row) < (b.exit_on, b.row) and b.exit_on < a.entry_on and a.exit_on < coalesce(b.entry_on, b.exit_on + 1)
  and (a.exit_on <> b.exit_on or a.number <> b.number)      -- 同一次写了两行的由 S04 指出
group by all;

/* X35
title: 一年内多次出国（境）
level: notice
at: trips.exit_on
says: 第{row}行：{name}{y}年因私出国（境）{n}次，超过一般次数。
fix: 供研究，无需更正。
why: 次数过多的，供审批时研究掌握。
needs: [trips]
*/
with counted as (    -- 指在当年最后一次行程上
  select t.unit, year(t.exit_on) as y, count(*) as n,
         max({'exit_on': t.exit_on, 'row': t.row, 'document': t.document, 'name': t.name}) as last
  from trips t anti join repeated_trips using (unit, document, row) cross join config c
  where t.nature = '因私' and t.exit_on >= c.trip_lookback_start
  group by t.unit, t.id_number, year(t.exit_on)
)
select k.unit, k.last.document as document, k.last.row as row, k.last.name as name, k.y, k.n
from counted k cross join config c where k.n > c.trip_limit_per_year;
