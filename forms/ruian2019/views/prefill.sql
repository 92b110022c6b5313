-- What a unit's pack already holds. These views stand on the registers only: a pack goes out before anything has come back.
-- Column names are those of the fields that name them with `prefill:`. Police columns are empty while police_prefill is false.

/* known_units
holds: 单位全称
columns: unit, unit_name
*/
select unit, name as unit_name from units order by n;

/* known_staff
holds: 材料2：局名册人员
columns: unit, name, sex, id_number, born_on, political_status, department, category, post_type, position, title, title_level,
  authority, joined_on, status, status_on, counterpart, household, due, reason, registered, secrecy, has_certificate, has_trips
*/
select p.unit, p.name, sex_of(p.id_number) as sex, p.id_number, born(p.id_number) as born_on, p.political_status, p.department,
       p.category, p.post_type, coalesce(p.position, '无') as position, p.title, p.title_level, p.authority, p.joined_on, p.status,
       p.status_on, p.counterpart, p.household,
       case when p.due then '是' else '否' end as due,
       case when p.due then coalesce(p.reason, case when p.category in ('公务员', '参公') then '公务员及参公人员'
                                                    when p.title_level in ('正高', '副高') then '副高及以上职称人员'
                                                    when p.category in ('在编事业', '备案制(报备员额)') then '其他在编（含备案制）工作人员'
                                                    else '编外人员（仅全员范围）' end)
            when p.status = '退休' then '退休'
            when p.status in ('调出', '辞职/解聘', '开除', '死亡') then '已离职待撤'
            when p.status = '借入' or p.category in ('劳务派遣', '规培/进修(外单位)') then '人事关系在外单位'
            when p.category = '退休返聘' then '退休'
            else '编外' end as reason,
       case when not c.police_prefill or not exists (select 1 from police_registrations) then null
            when p.id_number in (select r.id_number from police_registrations r) then '是' else '否' end as registered,
       p.secrecy,
       case when not c.police_prefill or not exists (select 1 from police_certificates) then null
            when p.id_number in (select h.id_number from police_held h where h.valid) then '有' else '无' end as has_certificate,
       case when not c.police_prefill or not exists (select 1 from police_movements) then null
            when exists (select 1 from police_trips t where t.unit = p.unit and t.id_number = p.id_number) then '有'
            else '无' end as has_trips
from people p cross join config c
order by p.unit, p.document, p.row;

/* known_registrations
holds: 材料3：上年度已备案的人，加上公安名单中有而上年度没有的本单位人员
columns: unit, surname, given_name, sex, born_on, id_number, household, political_status, workplace, position, personnel_unit,
  action, filing_unit_code, filing_unit, filing_unit_type, contact, phone, batch, filed_on, state, new_in_campaign, informed,
  withdrawal_reason
*/
with police as (
  select u.unit, p.* from police_registrations p
  join (select distinct unit, id_number from people) u using (id_number)
  cross join config c where c.police_prefill
  qualify row_number() over (partition by u.unit, p.id_number order by p.document, p.row) = 1
), known as (
  select coalesce(h.unit, p.unit) as unit, coalesce(h.id_number, p.id_number) as id_number, h.name as past_name,
         p.surname, p.given_name, p.household, p.workplace, p.position, p.personnel_unit, p.filing_unit_code,
         coalesce(p.filing_unit, h.filing_unit) as filing_unit, p.filing_unit_type, p.contact, p.phone,
         coalesce(p.action, h.action) as action, coalesce(p.batch, h.batch) as batch, h.filed_on,
         case when p.id_number is not null then '公安已入库' else h.state end as state
  from (select * from past_registrations
        qualify row_number() over (partition by unit, id_number order by filed_on desc nulls last, document, row) = 1) h
  full join police p on p.unit = h.unit and p.id_number = h.id_number
)
select k.unit, coalesce(k.surname, surname_of(coalesce(w.name, k.past_name))) as surname,
       coalesce(k.given_name, substr(coalesce(w.name, k.past_name), length(surname_of(coalesce(w.name, k.past_name))) + 1)) as given_name,
       sex_of(k.id_number) as sex, born(k.id_number) as born_on, k.id_number,
       coalesce(w.household, k.household) as household, w.political_status, coalesce(k.workplace, n.name) as workplace,
       coalesce(nullif(w.position, '无'), w.title, k.position, w.position) as position, k.personnel_unit, k.action, k.filing_unit_code,
       coalesce(k.filing_unit, n.name) as filing_unit,
       case when k.filing_unit_type in (select f.label from codes f where f.list = 'filing_unit_type') then k.filing_unit_type
            else '教科文卫系统' end as filing_unit_type,
       k.contact, k.phone, k.batch,
       coalesce(k.filed_on, cast(try_strptime(right(k.batch, 8), '%Y%m%d') as date)) as filed_on, k.state,
       case when k.action = '新增' and coalesce(k.filed_on, cast(try_strptime(right(k.batch, 8), '%Y%m%d') as date)) >= c.campaign_start
            then '是' else '否' end as new_in_campaign,
       cast(null as varchar) as informed,
       case when k.action <> '撤销' then null when w.status = '退休' then '退休' when w.status = '调出' then '调出'
            when w.status = '辞职/解聘' then '辞职' when w.status = '死亡' then '死亡' end as withdrawal_reason
from known k
left join people w on w.unit = k.unit and w.id_number = k.id_number
left join units n on n.unit = k.unit
cross join config c
where coalesce(k.state <> '已撤销', true)
order by k.unit, w.document, w.row, k.id_number;

/* known_certificates
holds: 材料4：公安反馈的证件，加上上年度保管台账中公安没有的
columns: unit, name, id_number, department, position, kind, shape, number, issuer, issued_on, expires_on, status,
  registered_at_issue, consented, consented_on, custody_state, source
*/
with listed as (
  select h.unit, h.id_number, h.kind, h.number, h.issuer, h.issued_on, h.expires_on, h.status, '公安反馈' as source
  from police_held h join people p on p.unit = h.unit and p.id_number = h.id_number
  cross join config c where c.police_prefill
  union all
  select k.unit, k.id_number, k.kind, k.number, null, null, null, null, '单位台账'
  from past_custody k cross join config c
  where not c.police_prefill
     or not exists (select 1 from police_held h where h.unit = k.unit and h.kind = k.kind and h.number = k.number)
), filed as (
  select unit, id_number, min(filed_on) as filed_on from known_registrations group by all
)
select l.unit, coalesce(p.name, k.name) as name, l.id_number, p.department,
       coalesce(nullif(p.position, '无'), p.title, p.position) as position, l.kind,
       case when l.kind = '普通护照' or left(l.number, 1) in ('W', 'T') then '本式' when left(l.number, 1) in ('C', 'L') then '卡式' end
         as shape,
       l.number, l.issuer, l.issued_on, l.expires_on, l.status,
       case when l.issued_on is null then null when l.issued_on >= f.filed_on then '是' else '否' end as registered_at_issue,
       case when l.issued_on is null then null when coalesce(l.issued_on < f.filed_on, true) then '不适用'
            when s.consented_on is not null then '是' end as consented,
       case when l.issued_on >= f.filed_on then s.consented_on end as consented_on,
       k.state as custody_state, l.source
from listed l
cross join config c
left join people p on p.unit = l.unit and p.id_number = l.id_number
left join filed f on f.unit = l.unit and f.id_number = l.id_number
left join past_custody k on k.unit = l.unit and k.kind = l.kind and k.number = l.number
left join lateral (   -- a consent letter holds for some months
  select max(r.consented_on) as consented_on from consent_register r
  where r.unit = l.unit and r.id_number = l.id_number and r.kind = l.kind
    and r.consented_on between l.issued_on - cast(c.consent_letter_days as integer) and l.issued_on) s on true
order by l.unit, p.document, p.row, l.id_number, l.kind, l.number;

/* past_approvals
holds: 局审批登记簿中同意的出国（境）申请，与公安行程对应（每人按出境日最近的先配）；trip 为空表示没有对应行程
columns: unit, approval_number, id_number, matter, planned_exit_on, planned_return_on, trip
*/
with pairs as (
  select a.unit, a.approval_number, t.trip, abs(t.exit_on - a.planned_exit_on) as far
  from approval_register a
  join police_trips t on t.unit = a.unit and t.id_number = a.id_number cross join config c
  where a.matter = '出国（境）' and coalesce(a.bureau_decision, '同意') <> '不同意'
    and t.exit_on between a.planned_exit_on - cast(c.approval_lead_days as integer) and a.planned_return_on
), first as (
  select * from pairs
  qualify row_number() over (partition by trip order by far, approval_number) = 1
      and row_number() over (partition by unit, approval_number order by far, trip) = 1
), second as (
  select * from first
  union all
  select p.* from pairs p
  where not exists (select 1 from first f where f.trip = p.trip or (f.unit = p.unit and f.approval_number = p.approval_number))
  qualify row_number() over (partition by p.trip order by p.far, p.approval_number) = 1
      and row_number() over (partition by p.unit, p.approval_number order by p.far, p.trip) = 1
)
select a.unit, a.approval_number, a.id_number, a.matter, a.planned_exit_on, a.planned_return_on, s.trip
from approval_register a left join second s on s.unit = a.unit and s.approval_number = a.approval_number;

/* known_trips
holds: 材料5：公安反馈的行程，附上局审批登记簿中对应的审批；系统只比对，不认定，核实结论一律写“待核实”，由单位核实
columns: unit, name, id_number, department, position, nature, reason, exit_on, entry_on, days, destinations, kind, number, ports,
  approval, approval_number, approved_on, approved_exit_on, approved_return_on, approved_destinations, match, days_late, source,
  conclusion, in_service, extra
kept: true
*/
with joined as (
  select t.*, p.department, coalesce(p.position, '无') as position, p.document as roster_document, p.row as roster_row,
         a.approval_number, a.reason, a.bureau_decided_on as approved_on, a.planned_exit_on, a.planned_return_on,
         a.destinations as allowed,
         greatest(0, t.entry_on - a.planned_return_on - cast(c.overstay_grace_days as integer)) as over,
         t.entry_on - t.exit_on + (case when c.days_inclusive then 1 else 0 end) as away,
         case when a.approval_number is null then []::varchar[] else beyond(t.destinations, a.destinations) end as extra
  from police_trips t
  join people p on p.unit = t.unit and p.id_number = t.id_number
  cross join config c
  left join past_approvals f on f.unit = t.unit and f.trip = t.trip
  left join approval_register a on a.unit = f.unit and a.approval_number = f.approval_number
  where c.police_prefill and (p.on_register or t.in_service)
), named as (
  select *, case when approval_number is null then '无审批可比' when over > 0 then '逾期滞留'
                 when len(extra) > 0 then '变更目的地/路线' when exit_on < planned_exit_on then '提前或推迟出境'
                 else '一致' end as agreement,
         case when not in_service then '不需审批(入职前/离职后)' when approval_number is null then '待核实'
              when approved_on > exit_on then '事后补批' else '已审批' end as standing
  from joined
)
select unit, name, id_number, department, position, '因私' as nature, reason, exit_on, entry_on, away as days,
       case when len(destinations) > 0 then destinations end as destinations, kind, number, nullif(ports, '') as ports,
       standing as approval, approval_number, approved_on, planned_exit_on as approved_exit_on,
       planned_return_on as approved_return_on, allowed as approved_destinations, agreement as match,
       coalesce(over, 0) as days_late, '公安反馈' as source,
       '待核实' as conclusion, in_service, extra
from named
order by unit, roster_document, roster_row, id_number, coalesce(exit_on, entry_on), number;

/* known_approvals
holds: 材料6：局审批登记簿
columns: unit, approval_number, name, id_number, position, matter, applied_on, reason, destinations, planned_exit_on,
  planned_return_on, approved_days, bureau_decision, bureau_decided_on, level, departed, scan
*/
select a.unit, a.approval_number, coalesce(a.name, p.name) as name, a.id_number, coalesce(p.position, '无') as position, a.matter,
       a.applied_on, a.reason, a.destinations, a.planned_exit_on, a.planned_return_on, a.approved_days, a.bureau_decision,
       a.bureau_decided_on, a.level,
       case when a.matter <> '出国（境）' or not c.police_prefill or not exists (select 1 from police_movements) then null
            when f.trip is not null then '是' else '否' end as departed,
       a.unit || '_' || a.approval_number || '_' || coalesce(a.name, p.name) || '.pdf' as scan
from approval_register a
left join past_approvals f on f.unit = a.unit and f.approval_number = a.approval_number
left join people p on p.unit = a.unit and p.id_number = a.id_number
cross join config c
order by a.unit, a.applied_on, a.approval_number;

/* known_custody
holds: 材料7保管台账：上年度台账，加上公安反馈的有效证件中台账没有的（保管状态由单位填）
columns: unit, name, id_number, post, kind, number, issued_on, expires_on, first_handed_in_on, nature, place, keeper_unit, cabinet,
  keeper, state, due_on, days_late
*/
with listed as (
  select unit, name, id_number, kind, number, first_handed_in_on, place, keeper_unit, cabinet, keeper, state from past_custody
  union all
  select h.unit, h.name, h.id_number, h.kind, h.number, null, null, null, null, null, null
  from police_held h join people p on p.unit = h.unit and p.id_number = h.id_number cross join config c
  where c.police_prefill and h.valid and p.on_register
    and not exists (select 1 from past_custody k where k.unit = h.unit and k.kind = h.kind and k.number = h.number)
), dated as (
  select l.*, h.issued_on, h.expires_on, f.filed_on,
         add_workdays(greatest(h.issued_on, f.filed_on), c.cert_handin_workdays, w) as term
  from listed l
  cross join config c cross join workday_index w
  left join police_held h on c.police_prefill and h.unit = l.unit and h.kind = l.kind and h.number = l.number
  left join (select unit, id_number, min(filed_on) as filed_on from known_registrations group by all) f
    on f.unit = l.unit and f.id_number = l.id_number
)
select d.unit, coalesce(p.name, d.name) as name, d.id_number,
       concat_ws(' ', p.department, coalesce(nullif(p.position, '无'), p.title)) as post, d.kind, d.number, d.issued_on, d.expires_on,
       d.first_handed_in_on, case when d.first_handed_in_on is not null then '常态上交' end as nature, d.place, d.keeper_unit, d.cabinet,
       d.keeper, d.state, d.term as due_on,
       case when d.first_handed_in_on is not null then greatest(0, d.first_handed_in_on - d.term) end as days_late
from dated d left join people p on p.unit = d.unit and p.id_number = d.id_number
order by d.unit, p.document, p.row, d.id_number, d.kind, d.number;

/* known_loans
holds: 材料7领用登记：每个有审批、有公安行程的出国（境），应有一次领用；日期和签字由单位填
columns: unit, unit_name, name, id_number, kind, number, reason, approval_number, due_on
*/
select t.unit, u.name as unit_name, t.name, t.id_number, t.kind, t.number, '因私出国（境）' as reason, t.approval_number,
       add_workdays(coalesce(t.entry_on, t.approved_return_on), c.cert_return_workdays, w) as due_on
from known_trips t join units u on u.unit = t.unit cross join config c cross join workday_index w
where t.approval_number is not null
order by t.unit, t.exit_on, t.id_number;

/* known_declarations
holds: 材料8：只预填身份（统计日在册人员）；公安记录决不预填，本人报告须独立
columns: unit, id_number, name
*/
select unit, id_number, name from people where on_register order by unit, document, row;

/* known_violations
holds: 材料10：由公安行程与局审批登记簿比对出的疑似问题，核实结论一律“待核实”
columns: unit, name, sex, id_number, political_status, post, category, violation, exit_on, entry_on, days, destinations, certificate,
  reason, approval, difference, found_by, conclusion
*/
with suspected as (
  select t.*, 'V4a' as code, '无' as difference from known_trips t where t.in_service and t.approval = '待核实' and t.exit_on is not null
  union all
  select t.*, 'V4c', '批准日期晚于出境日期' from known_trips t where t.approval = '事后补批'
  union all
  select t.*, 'V5a', '逾期' || t.days_late || '天' from known_trips t where t.approval = '已审批' and t.days_late > 0
  union all
  select t.*, 'V5b', '批准范围外：' || list_aggregate(t.extra, 'string_agg', '、') from known_trips t
  where t.approval = '已审批' and len(t.extra) > 0
  union all
  select t.*, 'V5c', '比批准出境日期早' || (t.approved_exit_on - t.exit_on) || '天' from known_trips t
  where t.approval = '已审批' and t.exit_on < t.approved_exit_on
)
select s.unit, s.name, sex_of(s.id_number) as sex, s.id_number, p.political_status,
       concat_ws(' ', p.department, coalesce(nullif(p.position, '无'), p.title)) as post, p.category, v.label as violation, s.exit_on,
       s.entry_on, s.days, s.destinations, s.kind || ' ' || s.number as certificate, s.reason,
       coalesce(s.approval_number, '无') as approval, s.difference, '公安比对' as found_by, '待核实' as conclusion
from suspected s
join codes v on v.list = 'trip_violation' and v.code = s.code
left join people p on p.unit = s.unit and p.id_number = s.id_number
order by s.unit, p.document, p.row, s.id_number, s.exit_on, s.code;
