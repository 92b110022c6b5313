-- Trips against approvals: what was approved, what was done, what the difference suggests.

/* repeated_trips
holds: 材料5中与前面某行重复的行程（同一人、同一出境日、同一证件）：S04 已经指出，不再作为另一次行程核对
columns: unit, document, row
needs: [trips]
kept: true
*/
select t.unit, t.document, t.row
from trips t join (select unit, id_number, exit_on, number, min({'document': document, 'row': row}) as first from trips
                   where exit_on is not null group by all having count(*) > 1) several
  on several.unit = t.unit and several.id_number is not distinct from t.id_number and several.exit_on = t.exit_on
     and several.number is not distinct from t.number
where {'document': t.document, 'row': t.row} > several.first;

/* granted
holds: 材料6中同意的出国（境）申请；planned_return_on 为原批准的返回日，return_on 含同意的延期
columns: unit, document, row, approval_number, name, id_number, reason, destinations, planned_exit_on, planned_return_on, return_on,
  approved_days, decided_on, level, approver
needs: [approvals]
kept: true
*/
with first as (      -- 重复登记的（S04）只算一次
  select unit, document, row from approvals
  where matter = '出国（境）' and coalesce(bureau_decision, '同意') <> '不同意' and coalesce(unit_opinion, '同意') <> '不同意'
  qualify row_number() over (partition by unit, id_number, coalesce(approval_number, document || '#' || row) order by document, row) = 1
)
select a.unit, a.document, a.row, a.approval_number, a.name, a.id_number, a.reason, a.destinations, a.planned_exit_on,
       a.planned_return_on, greatest(a.planned_return_on, (
         select max(e.planned_return_on) from approvals e
         where e.unit = a.unit and e.id_number = a.id_number and e.matter = '延期' and coalesce(e.bureau_decision, '同意') <> '不同意'
           and coalesce(e.unit_opinion, '同意') <> '不同意'
           and coalesce(e.planned_exit_on, a.planned_exit_on) between a.planned_exit_on - 15 and a.planned_return_on)) as return_on,
       a.approved_days, coalesce(a.bureau_decided_on, a.unit_opinion_on) as decided_on, a.level, a.approver
from approvals a semi join first using (unit, document, row);

/* approval_limits
holds: 材料6中同意而没有取消的出国（境）申请，和规定的天数、次数：limit_days 为该事由的天数上限（没有规定的为空），nth 为该人当年第几次批准
columns: unit, document, row, id_number, approval_number, reason, planned_exit_on, approved_days, limit_days, nth, limit_trips
needs: [approvals]
*/
with first as (      -- 重复登记的（S04）只算一次
  select * from approvals
  qualify row_number() over (partition by unit, id_number, coalesce(approval_number, document || '#' || row) order by document, row) = 1
)
select a.unit, a.document, a.row, a.id_number, a.approval_number, a.reason, a.planned_exit_on, a.approved_days,
       case when a.reason = '旅游' and len(a.destinations) > 0 and len(beyond(a.destinations, ['香港', '澳门'])) = 0 then c.trip_days_hkmo
            when a.reason = '旅游' then c.trip_days_tourism when a.reason = '探亲' then c.trip_days_family end as limit_days,
       row_number() over (partition by a.unit, a.id_number, year(a.planned_exit_on) order by a.planned_exit_on, a.document, a.row) as nth,
       c.trip_limit_per_year as limit_trips
from first a cross join config c
where a.matter = '出国（境）' and coalesce(a.bureau_decision, '同意') <> '不同意' and coalesce(a.unit_opinion, '同意') <> '不同意'
  and coalesce(a.departed <> '取消', true);

/* approval_candidates
holds: 材料5因私行程与材料6审批的可能对应：编号相同，或出境日在批准出境前若干天至批准返回之间；points 越小越像
columns: unit, id_number, trip, approval, points
*/
select t.unit, t.id_number, t.document || '#' || t.row as trip, g.document || '#' || g.row as approval,
       (case when t.approval_number = g.approval_number then 0 else 10000 end)
         + 10 * coalesce(abs(t.exit_on - g.planned_exit_on), 0)
         + (case when list_has_any(t.destinations, g.destinations) then 0 else 1 end) as points
from trips t join granted g on g.unit = t.unit and g.id_number = t.id_number cross join config c
where t.nature = '因私'
  and (t.approval_number = g.approval_number
       or t.exit_on between g.planned_exit_on - cast(c.approval_lead_days as integer) and g.return_on);

/* trip_approvals
holds: 材料5行程最终对应的材料6审批（每人按最像的先配，各用一次）
columns: unit, id_number, trip, approval
kept: true
*/
with matched as (    -- the best pair first; a later one only where neither its trip nor its approval is taken
  select unit, id_number,
         list_reduce(list_transform(list_sort(list({'points': points, 'trip': trip, 'approval': approval})),
                                    lambda pair: {'trips': [pair.trip], 'approvals': [pair.approval]}),
                     lambda done, next: case
                       when list_contains(done.trips, next.trips[1]) or list_contains(done.approvals, next.approvals[1]) then done
                       else {'trips': done.trips || next.trips, 'approvals': done.approvals || next.approvals} end) as chosen
  from approval_candidates group by all
)
select unit, id_number, unnest(chosen.trips) as trip, unnest(chosen.approvals) as approval from matched;

/* service
holds: 材料2中每人的在册时段（不重复）：joined_on 进入本单位，left_on 离开日（各行都已离开时）
columns: unit, id_number, joined_on, left_on
needs: [staff]
kept: true
*/
select unit, id_number, min(joined_on) as joined_on,
       case when bool_and(status in ('退休', '调出', '辞职/解聘', '开除', '死亡')) then max(status_on) end as left_on
from staff group by all;

/* lent_for
holds: 每个审批编号所领用的证件（只领用一本的）
columns: unit, approval_number, number
needs: [custody]
kept: true
*/
select unit, approval_number, any_value(number) as number from loans
where approval_number is not null and coalesce(state <> '已作废', true) group by all having count(distinct number) = 1;

/* bans
holds: 不予审批期：材料9当事人因V1—V6受处理的，填了期限的按所填，没填的自处理日期起 ban_years 年
columns: unit, document, row, name, id_number, decided_on, ban_from, ban_until
needs: [sanctions]
*/
select s.unit, s.document, s.row, s.name, s.id_number, s.decided_on, coalesce(s.ban_from, s.decided_on) as ban_from,
       coalesce(s.ban_until, cast(s.decided_on + to_years(cast(c.ban_years as integer)) as date)) as ban_until
from sanctions s cross join config c
where coalesce(s.role = '当事人', true)
  and len(list_filter(s.violation, lambda v: code_of(v)[1:2] in ('V1', 'V2', 'V3', 'V4', 'V5', 'V6'))) > 0;

/* sanctions_by_method
holds: 材料9每行的每种处理方式一行：一格填了几种的（R22）也分开统计；没填的仍有一行
columns: unit, document, row, id_number, name, role, political_status, post_then, violation, violated_on, concerns, method(sanction_method), class,
  paper, found_on, decided_on, ban_until, in_campaign
needs: [sanctions]
kept: true
*/
select s.unit, s.document, s.row, s.id_number, s.name, s.role, s.political_status, s.post_then, s.violation, s.violated_on, s.concerns,
       unnest(case when len(s.method) > 0 then s.method else [null] end) as method, s.class, s.paper, s.found_on, s.decided_on,
       s.ban_until, s.in_campaign
from sanctions s;

/* sanction_terms
holds: 材料9每行应有的影响期、不予审批期和是否本次专项整治期间处理，用来填写和核对自动列
columns: unit, document, row, id_number, influence_months, influence_until, ban_from, ban_until, in_campaign(yes_no)
needs: [sanctions]
*/
with longest as (
  select s.unit, s.document, s.row, max(m.months) as months
  from sanctions_by_method s join sanction_methods m on m.label = s.method group by all
)
select s.unit, s.document, s.row, s.id_number, m.months as influence_months,
       cast(s.decided_on + to_months(cast(m.months as integer)) as date) as influence_until,
       b.ban_from, b.ban_until,
       case when s.decided_on between c.campaign_start and c.cutoff then '是' else '否' end as in_campaign
from sanctions s left join longest m on m.unit = s.unit and m.document = s.document and m.row = s.row
left join bans b on b.unit = s.unit and b.document = s.document and b.row = s.row cross join config c;

/* trip_checks
holds: 材料5每次行程的核对结果。employed 为出境日在册（此前此后的不需审批）；approved_* 为可比的批准（先按材料6，再按本行所填）；
  days 在外天数；days_late 超过批准返回的天数（扣宽限）；days_early 早于批准出境的天数；outside 为晚于批准返回才出境；extra 为批准外的
  国家（地区）；match 为“与审批一致性”；suspected 为疑似违规的代码（V4a–d、V5a–e），由人核实
columns: unit, document, row, name, id_number, nature, reason, exit_on, entry_on, not_returned, destinations, kind, number, approval,
  approval_number, approved_on, leave, conclusion, violation, note, employed, granted_number, granted_document, granted_row, granted_reason,
  approved_exit_on, approved_return_on, approved_destinations, days, days_late, days_early, outside, extra, lent_number, ban_until,
  match(approval_match), suspected
needs: [trips, approvals]
kept: true
*/
with banned as (
  select unit, id_number, list({'since': ban_from, 'until': ban_until}) as terms from bans group by all
), compared as (
  select t.*, coalesce(t.exit_on >= s.joined_on, true) and coalesce(t.exit_on < s.left_on, true) as employed,
         g.approval_number as granted_number, g.document as granted_document, g.row as granted_row, g.reason as granted_reason,
         greatest(g.planned_exit_on, t.approved_exit_on) as may_exit,      -- 两表所填不同的，从严；有延期的按延期
         case when g.return_on > g.planned_return_on then g.return_on else least(g.return_on, t.approved_return_on) end as may_return,
         case when g.destinations is not null and t.approved_destinations is not null
                then list_intersect(g.destinations, t.approved_destinations)
              else coalesce(g.destinations, t.approved_destinations) end as may_visit,
         l.number as lent_number,
         list_max(list_transform(list_filter(b.terms, lambda term: t.exit_on between term.since and term.until),
                                 lambda term: term.until)) as banned_until
  from trips t
  left join banned b on b.unit = t.unit and b.id_number = t.id_number
  left join service s on s.unit = t.unit and s.id_number = t.id_number
  left join trip_approvals a on a.unit = t.unit and a.trip = t.document || '#' || t.row
  left join granted g on g.unit = a.unit and g.document || '#' || g.row = a.approval
  left join lent_for l on l.unit = t.unit and l.approval_number = coalesce(g.approval_number, t.approval_number)
), measured as (
  select k.*,
         k.entry_on - k.exit_on + (case when c.days_inclusive then 1 else 0 end) as away,
         greatest(0, coalesce(k.entry_on, case when k.not_returned then c.as_of end) - k.may_return
                     - cast(c.overstay_grace_days as integer)) as over,
         greatest(0, k.may_exit - k.exit_on) as early, coalesce(k.exit_on > k.may_return, false) as beyond_return,
         case when k.may_visit is null then []::varchar[] else beyond(k.destinations, k.may_visit) end as extra_places
  from compared k cross join config c
), named as (
  select m.*, case when m.nature <> '因私' or not m.employed then []::varchar[] else list_filter([
           case when m.approval = '未经审批' then 'V4a' end,
           case when m.approval = '以请假代替审批' then 'V4b' end,
           case when m.approval = '事后补批' or m.approval = '已审批' and m.approved_on > m.exit_on then 'V4c' end,
           case when m.banned_until is not null then 'V4d' end,
           case when m.approval = '已审批' and m.over > 0 then 'V5a' end,
           case when m.approval = '已审批' and len(m.extra_places) > 0 then 'V5b' end,
           case when m.approval = '已审批' and (m.early > 0 or m.beyond_return) then 'V5c' end,
           case when m.approval = '已审批' and m.reason <> m.granted_reason then 'V5d' end,
           case when m.approval = '已审批' and m.number <> m.lent_number then 'V5e' end], lambda v: v is not null) end as codes
  from measured m
)
select unit, document, row, name, id_number, nature, reason, exit_on, entry_on, not_returned, destinations, kind, number, approval,
       approval_number, approved_on, leave, conclusion, violation, note, employed, granted_number, granted_document, granted_row, granted_reason,
       may_exit as approved_exit_on, may_return as approved_return_on, may_visit as approved_destinations,
       away as days, coalesce(over, 0) as days_late, coalesce(early, 0) as days_early, beyond_return as outside,
       extra_places as extra, lent_number, banned_until as ban_until,
       case when may_return is null then '无审批可比'
            when list_contains(codes, 'V5a') then '逾期滞留'
            when list_contains(codes, 'V5b') then '变更目的地/路线'
            when list_contains(codes, 'V5c') then '提前或推迟出境'
            when list_contains(codes, 'V5d') then '事由不符'
            when list_contains(codes, 'V5e') then '使用非审批证件'
            else '一致' end as match,
       codes as suspected
from named;

/* declared_trips
holds: 材料8本人报告的行程（表二、表四合在一起）
columns: unit, origin, document, row, id_number, exit_on, entry_on, not_returned, destinations, reason, number
needs: [declarations]
*/
select unit, 'declared_trips_abroad' as origin, document, row, id_number, exit_on, entry_on, not_returned, destinations, reason, number
from declared_trips_abroad
union all
select unit, 'declared_trips_hkmotw', document, row, id_number, exit_on, entry_on, not_returned, destinations, reason, number
from declared_trips_hkmotw;

/* violation_items
holds: 各表所列的每一项违规（一行一码）：材料5违规情形、材料10行程类问题、证件类问题。confirmed 为属实或部分属实；settled 为已有核实结论
  （不再是待核实）；handled_on 为材料9中对应处理的最早处理日期；handled_before 为专项整治开始前已处理
columns: unit, form, origin, document, row, name, id_number, code, happened_on, exit_on, entry_on, kind, number, approval_number,
  voluntary, conclusion, confirmed, settled, handled, handled_on, handled_before
needs: [trips, violations]
kept: true
*/
with items as (
  select unit, 'trips' as form, 'trips' as origin, document, row, name, id_number, code_of(unnest(violation)) as code,
         exit_on as happened_on, exit_on, entry_on, kind, number, approval_number, null::varchar as voluntary, conclusion,
         null::varchar as handled, strftime(exit_on, '%Y-%m-%d') as concern
  from trips where nature = '因私'
  union all
  select unit, 'violations', 'violations', document, row, name, id_number, code_of(violation), exit_on, exit_on, entry_on, null, null,
         null, null, conclusion, handled, strftime(exit_on, '%Y-%m-%d')
  from violations
  union all
  select unit, 'violations', 'problems', document, row, name, id_number, code_of(violation), happened_on, exit_on, null, kind, number,
         approval_number, voluntary, conclusion, handled,
         coalesce(approval_number, strftime(exit_on, '%Y-%m-%d'), tail(number))
  from problems
), sanctioned as (
  select unit, id_number, code_of(unnest(violation)) as code, violated_on, concerns, decided_on from sanctions
), handled as (
  select i.unit, i.origin, i.document, i.row, i.code, min(s.decided_on) as handled_on
  from items i join sanctioned s on s.unit = i.unit and s.id_number = i.id_number and s.code = i.code
  where s.violated_on = i.happened_on or s.violated_on between i.exit_on and coalesce(i.entry_on, i.exit_on)
     or contains(s.concerns, i.concern)
  group by all
)
select i.unit, i.form, i.origin, i.document, i.row, i.name, i.id_number, i.code, i.happened_on, i.exit_on, i.entry_on, i.kind, i.number,
       i.approval_number, i.voluntary, i.conclusion, coalesce(i.conclusion in ('属实', '部分属实'), false) as confirmed,
       coalesce(i.conclusion <> '待核实', false) as settled, i.handled, h.handled_on,
       coalesce(h.handled_on < c.campaign_start, false) as handled_before
from items i left join handled h on h.unit = i.unit and h.origin = i.origin and h.document = i.document and h.row = i.row
                                and h.code = i.code
cross join config c
where i.code is not null and i.code <> '无';

/* unapproved_trips
holds: 材料5中2016年以来至统计截止日、应审批而未经审批（未经审批、以请假代替审批、事后补批）且属实的因私行程，附件2第5、9列由此而来；
  handled_before 为专项整治开始前材料9已有处理
columns: unit, document, row, name, id_number, exit_on, entry_on, destinations, approval, conclusion, handled_before
needs: [trips]
kept: true
*/
select t.unit, t.document, t.row, t.name, t.id_number, t.exit_on, t.entry_on, t.destinations, t.approval, t.conclusion,
       exists (select 1 from sanctions s
               where s.unit = t.unit and s.id_number = t.id_number and s.decided_on < c.campaign_start
                 and len(list_filter(s.violation, lambda v: starts_with(v, 'V4'))) > 0
                 and (s.violated_on between t.exit_on and coalesce(t.entry_on, t.exit_on)
                      or contains(s.concerns, strftime(t.exit_on, '%Y-%m-%d')))) as handled_before
from trip_checks t cross join config c
where t.nature = '因私' and t.employed and t.exit_on between c.trip_lookback_start and c.cutoff
  and t.approval in ('未经审批', '以请假代替审批', '事后补批') and t.conclusion in ('属实', '部分属实');

/* sanctions_counted
holds: 统计时段内的处理（材料9），counted_in 为附件2计入的列（D14：党纪、政务处分按配置计入移交，否则不计入任何一列）
columns: unit, origin, document, row, id_number, name, role, method, class, decided_on, counted_in
needs: [sanctions]
kept: true
*/
select s.unit, 'sanctions' as origin, s.document, s.row, s.id_number, s.name, s.role, s.method, s.class, s.decided_on,
       case when m.class in ('党纪处分', '政务/事业单位处分') and not c.discipline_counts_as_referred then null else m.column end
         as counted_in
from sanctions_by_method s join sanction_methods m on m.label = s.method cross join config c
where s.decided_on between c.campaign_start and c.cutoff and coalesce(s.in_campaign = '是', true);
