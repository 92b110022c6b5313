-- 跨单位：一个人只在一个单位，一本证件只登记一次，调动两边对得上，零报告与公安记录不矛盾。只在全市一起检查。

/* U01
title: 一人列入两个单位名册
level: warning
at: staff.id_number
says: {name}同时列入{u1}、{u2}名册，请确认人事关系所在单位。
fix: 由局里裁定归属，另一单位改为“调出”或删除。
why: 一个人的人事关系只在一个单位，重复列入会使全市人数重复计算。
city: true
claim: true
*/
select a.unit, a.document, a.row, a.name, ua.short_name as u1,
       string_agg(distinct ub.short_name, '、' order by ub.short_name) as u2
from on_register a join on_register b on b.id_number = a.id_number and b.unit <> a.unit
join units ua on ua.unit = a.unit join units ub on ub.unit = b.unit
group by all;

/* U02
title: 调往的单位没有此人
level: warning
at: staff.counterpart
says: 名册显示{name}调往{target}，对方未列入。
fix: 两单位核对。
why: 调动应有接收单位，两边对不上，这个人就可能漏管。
city: true
*/
select s.unit, s.document, s.row, s.name, u.name as target, s.counterpart as value
from staff s join units u on s.counterpart in (u.name, u.short_name, u.unit)
where s.status = '调出' and exists (select 1 from documents d where d.unit = u.unit and d.form = 'staff')
  and not exists (select 1 from staff o where o.unit = u.unit and o.id_number = s.id_number);

/* U03
title: 一本证件在两个单位登记
level: error
at: certificates.number
says: 第{row}行：证件（尾号{tail}）在{u1}、{u2}重复登记。
fix: 核对证件实物，更正写错的一方。
why: 一本证件只有一个持有人、一个保管单位。
city: true
claim: true
*/
select a.unit, a.document, a.row, tail(a.number) as tail, ua.short_name as u1,
       string_agg(distinct ub.short_name, '、' order by ub.short_name) as u2, a.number as value
from certificates a join certificates b on b.kind = a.kind and b.number = a.number and b.unit <> a.unit
join units ua on ua.unit = a.unit join units ub on ub.unit = b.unit
group by all;

/* U04
title: 备案关系仍在别的单位
level: warning
at: registrations.filing_unit
says: {name}的备案关系仍在{other}。
fix: 办理备案变更。
why: 登记备案应随人事关系走，关系调动后由新单位备案。
needs: [registrations, staff]
*/
select l.unit, l.document, l.row, l.name, l.filing_unit as other, l.filing_unit as value
from live_registrations l
join on_register r on r.unit = l.unit and r.id_number = l.id_number
join units u on u.unit = l.unit
where l.filing_unit <> u.name;

/* U05
title: 临近（超过）时限仍缺材料
level: warning
at: unit
says: {name}尚缺{n}项材料。
fix: 催报。
why: 材料不齐，就不能核对，也不能计入全市汇总。
city: true
needs: []
*/
select u.unit, u.name, count(*) as n, count(*)::varchar as value, u.unit as key
from units u cross join (select distinct form from forms where part = 'form') f cross join config c
where c.as_of >= c.deadline - 1
  and exists (select 1 from submissions s where s.unit = u.unit)
  and not exists (select 1 from submissions s where s.unit = u.unit and s.form = f.form and s.state in ('submitted', 'accepted'))
group by all;

/* U06
title: 零报告与公安记录矛盾
level: warning
at: trips
says: {name}{problem}
fix: 退回单位重新核对。
why: 报“无”的单位，公安记录里也应当没有。
city: true
*/
with police as (
  select unit, count(*) as records from (
    select unit, trip as record from police_trips where in_service
    union all select unit, number from police_held where valid) found group by all
), reported as (
  select d.unit,
         (select count(*) from certificates m where m.unit = d.unit) as certificates,
         (select count(*) from trips t where t.unit = d.unit and t.nature = '因私') as trips
  from documents d where d.form = 'trips' and exists (select 1 from documents o where o.unit = d.unit and o.form = 'certificates')
), holding as (
  select r.unit, count(distinct r.id_number) as people,
         count(distinct case when k.valid then r.id_number end) / count(distinct r.id_number) as rate
  from on_register r left join certificates_known k on k.unit = r.unit and k.id_number = r.id_number and k.origin = 'certificates'
  group by all
)
select u.unit, u.name, '零报告，但公安反馈有' || p.records || '条记录。' as problem, 'zero' as value, u.unit as key
from reported r join police p on p.unit = r.unit join units u on u.unit = r.unit
where r.certificates = 0 and r.trips = 0 and p.records > 0
union all
select u.unit, u.name, '持证率' || round(100 * h.rate, 1) || '%，明显低于全系统。', 'rate', u.unit
from holding h join units u on u.unit = h.unit cross join config c
where h.people >= 20 and h.rate > 0
  and h.rate < (select median(rate) from holding) * c.holding_rate_floor_percent / 100;

/* U07
title: 同一审批人多次把关不严
level: notice
at: approvals.approver
says: {approver}审批问题{n}件。
fix: 供研究。
why: 同一审批人多次出问题，可能是把关不严。
city: true
*/
with found as (
  select distinct a.unit, a.document, a.row, a.approver
  from violation_items v join approvals a on a.unit = v.unit and a.approval_number = v.approval_number
  where starts_with(v.code, 'V7') and v.confirmed and a.approver is not null
)
select f.unit, f.document, f.row, f.approver, count(*) over same as n, f.approver as value
from found f cross join config c window same as (partition by f.approver)
qualify count(*) over same >= c.approver_notice_count
  and row_number() over (partition by f.approver order by f.unit, f.document, f.row) = 1;

/* U08
title: 合计与各单位之和不符
level: error
at: unit
says: 汇总表“{label}”合计{city}与各单位之和{units}不一致。
fix: 重新汇总。
why: 全市合计必须等于各单位之和，否则上报的数不能采信。
city: true
needs: []
*/
with summed as (
  select figure, sum(n) filter (unit is not null) as units, any_value(n) filter (unit is null) as city from figures group by all
)
select null::varchar as unit, f.label, s.city, s.units, f.label as value
from summed s join figure_fields f on f.figure = s.figure
where s.city <> s.units and f.form in (select form from forms where number like '附件%');

/* U09
title: 同行人员审批不一致
level: warning
at: trips.approval
says: 第{row}行：{name}与{other}的人员同日同地出境，只有一方有审批。
fix: 核查是否同行。
why: 同日同地出境的人可能同行，应当都有审批。
city: true
*/
select t.unit, t.document, t.row, t.name, min(u.short_name) as other, t.exit_on::varchar as value
from trips t
join trips o on o.unit <> t.unit and o.exit_on = t.exit_on and o.entry_on = t.entry_on and o.destinations = t.destinations
join units u on u.unit = o.unit
where t.nature = '因私' and o.nature = '因私' and t.approval in ('未经审批', '以请假代替审批') and o.approval = '已审批'
group by all
