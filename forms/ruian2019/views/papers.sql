-- What the bureau's papers list row by row: the problem register (domain §5.5) and cases fit to be told (§5.3).

/* said_on
macro: some_day
holds: 日期写成 2019年8月7日
*/
strftime(some_day, '%Y年%-m月%-d日')

/* span_on
macro: first_day, last_day
holds: 起止日期，年、月相同的不重复：2019年8月7日至11日
*/
said_on(first_day) || case
  when last_day is null then '起'
  when last_day = first_day then ''
  when date_trunc('month', last_day) = date_trunc('month', first_day) then '至' || strftime(last_day, '%-d日')
  when year(last_day) = year(first_day) then '至' || strftime(last_day, '%-m月%-d日')
  else '至' || said_on(last_day) end

/* gone_to
macro: first_day, last_day, places
holds: 行程：2019年8月7日至11日赴日本、韩国
*/
span_on(first_day, last_day) || '赴' || array_to_string(places, '、')

/* fault
macro: violation
holds: 违规情形的说法，不带代码：未听取派驻纪检组意见
*/
regexp_replace(violation, '^\S+ ', '')

/* beside
macro: some_day, other_day
holds: 日期，与另一日期同年的不写年份
*/
case when year(some_day) = year(other_day) then strftime(some_day, '%-m月%-d日') else said_on(some_day) end

/* departures
holds: 与审批不符的行程（V5）差在哪里，按材料6和材料5所填的批准内容，一行一种情形，无批准可比的没有；不予审批期内的行程（V4d）期满之日，按材料9
columns: unit, id_number, exit_on, code, said
needs: [trips, approvals]
*/
with differing as (
  select unit, id_number, exit_on, unnest(suspected) as code, entry_on, reason, granted_reason, approved_exit_on, approved_return_on,
         days_early, extra, ban_until
  from trip_checks
)
select unit, id_number, exit_on, code, min(case code
         when 'V5a' then '批准' || beside(approved_return_on, exit_on) || '返回，' || case when entry_on is null then '尚未返回' else '逾期' || (entry_on - approved_return_on) || '天' end
         when 'V5b' then '其中' || array_to_string(extra, '、') || '未经批准'
         when 'V5c' then case when days_early > 0 then '批准' || beside(approved_exit_on, exit_on) || '出境，提前' || days_early || '天'
                              else '批准的返回日为' || beside(approved_return_on, exit_on) end
         when 'V5d' then '批准的事由为' || granted_reason || '，实际为' || reason
         when 'V4d' then '在不予审批期内（至' || beside(ban_until, exit_on) || '）' end) as said
from differing where code in ('V4d', 'V5a', 'V5b', 'V5c', 'V5d') group by all;

/* problem_register
holds: 问题台账：材料10和证件类问题各行，核实为不属实、不属违规的除外；列名即台账的表头，person 仅局内可见；settled 已处理完毕，late 已认定、
  未处理完毕且过了时限；整改的措施和进展材料里没有，由台账记（measure、done_on、state）
columns: unit, document, row, id_number, number, person, category, code, kind, violation, requirement, fact, evidence, found_by, found_on, conclusion, method, paper,
  decided_on, ban_until, proposed, measure, due_on, done_on, state, settled, late, outstanding
needs: [trips, violations]
*/
with asked as (
  select g.unit, g.approval_number, min(gone_to(g.planned_exit_on, g.planned_return_on, g.destinations)) as said,
         min(case when l.approved_days > l.limit_days
                    then '批准在外' || l.approved_days || '天，超过' || l.reason || '规定的' || l.limit_days || '天'
                  when l.nth > l.limit_trips then '为本年度第' || l.nth || '次批准，超过一般每年' || l.limit_trips || '次' end) as beyond_limit
  from granted g left join approval_limits l using (unit, document, row) group by all
), put_away as (     -- 台账中在库的证件何时上交
  select unit, kind, number, min(first_handed_in_on) as since from custody where state = '在库' group by all
), owed as (         -- 应收而未收的证件
  select unit, kind, number, any_value(document || '#' || row) as booklet, coalesce(bool_or(starts_with(where_now, '借出')), false) as lent
  from due_certificates where not held group by all
), gone as (
  select unit, id_number, exit_on, min(gone_to(exit_on, entry_on, destinations)) as said,
         min(kind || '（尾号' || tail(number) || '）') as certificate from trips group by all
), listed as (
  select v.unit, 'violations' as origin, v.document, v.row, v.name, v.id_number, v.violation, v.exit_on as happened_on,
         v.entry_on as ended_on, strftime(v.exit_on, '%Y-%m-%d') as concern, v.found_by, v.conclusion, v.handled, v.proposed,
         v.due_on, v.category, null as outstanding,
         gone_to(v.exit_on, v.entry_on, v.destinations) || case when v.days is not null then '，在外' || v.days || '天' else '' end
           || case code_of(v.violation) when 'V4b' then '，只办理请假手续' when 'V4c' then '，出境后补办审批' else '' end
           || coalesce('，' || d.said, '')
           || case when code_of(v.violation) = 'V5e' then coalesce('，所用' || t.certificate, '，所用证件') || '不是经批准领用的证件' else '' end as fact,
         case when code_of(v.violation) = 'V5e' then '材料5、7、10' when d.said is null then '材料5、10'
              when d.code = 'V4d' then '材料5、9、10' else '材料5、6、10' end as evidence
  from violations v
  left join departures d on d.unit = v.unit and d.id_number = v.id_number and d.exit_on = v.exit_on and d.code = code_of(v.violation)
  left join gone t on t.unit = v.unit and t.id_number = v.id_number and t.exit_on = v.exit_on
  union all
  select p.unit, 'problems', p.document, p.row, p.name, p.id_number, p.violation, p.happened_on, null,
         coalesce(p.approval_number, strftime(p.exit_on, '%Y-%m-%d'), tail(p.number)), p.found_by, p.conclusion, p.handled,
         p.proposed, p.due_on, p.category, o.booklet,
         case when p.kind is not null then
                case code_of(p.violation) when 'V1' then '未经单位同意办理' else '持有' end || p.kind || '（尾号' || tail(p.number) || '）'
                || case code_of(p.violation) when 'V2' then '未按规定集中保管' when 'V3' then '未如实报告' else '' end
                || case when o.lent then '，领用后尚未归还' when o.booklet is not null then '，尚未上交'
                        when k.since is not null then '，已于' || said_on(k.since) || '上交' else '' end
              when p.approval_number is not null then
                '审批事项' || p.approval_number || coalesce('（' || a.said || '）', '') || case code_of(p.violation)
                  when 'V7a' then '未事先听取派驻纪检组意见' when 'V7b' then coalesce(a.beyond_limit, '次数或者天数超过规定') when 'V7c' then '在不予审批期内批准'
                  when 'V7d' then '超越权限批准' when 'V7e' then '申请材料不全' when 'V7f' then '未经批准先领用证件' else fault(p.violation) end
              when p.exit_on is not null then coalesce(t.said, said_on(p.exit_on) || '出境') || '，未如实报告' else p.concerns end,
         case when p.kind is not null then '材料4、7、8' when p.approval_number is not null then '材料6' else '材料8、公安记录' end
  from problems p left join gone t on t.unit = p.unit and t.id_number = p.id_number and t.exit_on = p.exit_on
  left join asked a on a.unit = p.unit and a.approval_number = p.approval_number
  left join put_away k on k.unit = p.unit and k.kind = p.kind and k.number = p.number
  left join owed o on o.unit = p.unit and o.kind = p.kind and o.number = p.number
), judged as (
  select l.*, l.conclusion in ('属实', '部分属实') as upheld, upheld and coalesce(l.handled = '是', false) as settled,
         upheld and not settled and coalesce(l.due_on < c.cutoff, false) as late
  from listed l cross join config c
), sanctioned as (
  select s.unit, s.id_number, code_of(unnest(s.violation)) as code, s.method, s.paper, s.decided_on, s.ban_until, s.found_on,
         s.violated_on, s.concerns
  from sanctions_by_method s
), meant as (        -- the sanctions that name this very matter; of another of the same kind only where none does
  select j.unit, j.document, j.row, j.violation, s.*,
         coalesce(s.violated_on = j.happened_on or s.violated_on between j.happened_on and coalesce(j.ended_on, j.happened_on)
                  or contains(s.concerns, j.concern), false) as exact
  from judged j join sanctioned s on s.unit = j.unit and s.id_number = j.id_number and s.code = code_of(j.violation)
  qualify exact or not bool_or(exact) over (partition by j.unit, j.document, j.row, j.violation)
), settled as (
  select document, row, violation, string_agg(distinct method, '、' order by method) as method, max(paper) as paper,
         max(decided_on) as decided_on, max(ban_until) as ban_until, min(found_on) as found_on
  from meant group by all
)
select l.unit, l.document, l.row, l.id_number,
       l.unit || '-' || code_of(l.violation) || '-'
         || lpad(cast(row_number() over (partition by l.unit, code_of(l.violation) order by l.origin desc, l.row) as varchar), 2, '0') as number,
       l.name as person, l.category, code_of(l.violation) as code, code_of(l.violation)[1:2] as kind,
       case code_of(l.violation) when 'V7e' then '审批' else '' end || fault(l.violation) as violation,
       case code_of(l.violation)
         when 'V1' then '备案人员申办因私证件应经单位同意' when 'V2' then '因私证件应按期上交、集中保管' when 'V3' then '持有证件情况应如实报告'
         when 'V4b' then '因私出国（境）应事先审批，请假不能代替审批' when 'V4d' then '不予审批期内不得因私出国（境）'
         when 'V5a' then '应按批准的期限返回' when 'V5b' then '应按批准的行程出行' when 'V5c' then '应按批准的日期出行'
         when 'V5d' then '应按批准的事由出行' when 'V5e' then '应使用批准领用的证件' when 'V6' then '出国（境）情况应如实报告'
         when 'V7a' then '审批前应听取派驻纪检组意见' when 'V7b' then '审批的次数、天数应合规' when 'V7c' then '不予审批期内不得审批'
         when 'V7d' then '应按干部管理权限审批' when 'V7e' then '审批材料应齐全' when 'V7f' then '批准后方可领用证件'
         else '因私出国（境）应事先审批' end as requirement,
       l.fact, l.evidence, l.found_by, s.found_on, l.conclusion, s.method, s.paper, s.decided_on, s.ban_until,
       l.proposed, cast(null as varchar) as measure, l.due_on,
       cast(null as date) as done_on, case when l.late then '超期' else '未启动' end as state, l.settled, l.late,
       l.outstanding
from judged l left join settled s on s.document = l.document and s.row = l.row and s.violation = l.violation
where l.conclusion in ('属实', '部分属实', '待核实');

/* paper_cases
holds: 可供通报的案例：已认定且已处理，每人、每种违规情形各取一例，处理重的、问题少的单位优先，移交纪检监察机关和受党纪、政务处分的不取，不写证件尾号；person 由程序遮盖
columns: unit, person, category, fact, result
needs: [violations]
*/
with fit as (
  select r.*, count(*) over (partition by r.unit) as of_unit
  from problem_register r
  where r.conclusion = '属实' and r.method is not null and not exists (
    select 1 from sanction_methods m
    where m.class in ('党纪处分', '政务/事业单位处分', '移交') and contains(r.method, m.label))
  qualify row_number() over (partition by r.unit, r.id_number order by r.code desc, r.number) = 1
)
select f.unit, case when f.kind <> 'V7' then f.person end as person, regexp_replace(regexp_replace(f.category, '\(.*\)', ''), '([^员])$', '\1人员') as category,
       case when f.kind = 'V7' then '对1件因私出国（境）事项审批把关不严' else regexp_replace(f.fact, '（尾号[^）]*）', '') end
         || '，属' || case f.code when 'V4a' then '未经批准擅自出国（境）' else f.violation end as fact,
       case when f.kind = 'V7' then '对相关责任人' else '' end || '给予' || f.method || '处理' as result
from fit f
qualify row_number() over (partition by f.code order by f.method = '批评教育', f.of_unit, f.unit, f.number) = 1
order by f.code
