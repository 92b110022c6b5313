-- 与公安记录比对：备案、证件、出入境。公安名单没有到的，这些规则等待，不作判断。

/* P01
title: 已备案而公安库中没有
level: warning
at: registrations.id_number
says: 第{row}行：{name}台账已备案，公安库中未查到。
fix: 重新报送备案。
why: 应登记备案的人，公安库中应当查得到。
needs: [registrations, police_registrations]
*/
select unit, document, row, name from live_registrations where not confirmed;

/* P02
title: 公安已备案而台账没有
level: warning
at: staff.registered
says: 公安库已备案、台账未列：{name}。
fix: 在材料3补登；不应备案的办理撤销。
why: 公安库中的备案人员，单位台账应当都有。
needs: [staff, registrations, police_registrations]
*/
select r.unit, r.document, r.row, r.name
from on_register r join police_registrations p on p.id_number = r.id_number
where coalesce(p.action <> '撤销', true)
  and not exists (select 1 from registrations g where g.unit = r.unit and g.id_number = r.id_number);

/* P03
title: 公安反馈的证件没有登记
level: warning
at: staff.name
says: 公安反馈{name}持有{kind}（尾号{tail}），材料4未登记。
fix: 补登并收缴；在“证件类问题”核实，违规情形选“违规持有因私证照”或“瞒报持有因私证照”。
why: 公安查到的证件应当全部登记、上交（应交尽交）。
needs: [staff, certificates, police_certificates]
*/
select r.unit, r.document, r.row, r.name, p.kind, tail(p.number) as tail, p.number as value
from on_register r join police_held p on p.unit = r.unit and p.id_number = r.id_number
where p.valid
  and not exists (select 1 from certificates m where m.unit = p.unit and m.kind = p.kind and m.number = p.number)
  and not exists (select 1 from settled_certificates s where s.unit = p.unit and s.number = p.number and s.code in ('V2', 'V3'));

/* P04
title: 公安库中查无的证件
level: warning
at: certificates.number
says: 第{row}行：公安库中查无{name}的{kind}（尾号{tail}），请核对号码或是否已换发。
fix: 更正证件号码或证件状态。
why: 登记的证件应当与公安库一致，查不到的可能号码有误或已换发。
needs: [certificates, police_certificates]
*/
select m.unit, m.document, m.row, m.name, m.kind, tail(m.number) as tail, m.number as value
from certificates m
where m.number is not null and coalesce(m.status, '有效') = '有效'      -- 已注销、过期的，公安不一定还列
  and not exists (select 1 from police_certificates p where p.kind = m.kind and p.number = m.number);

/* P05
title: 证件状态与公安不同
level: notice
at: certificates.status
says: 第{row}行：公安库显示{name}的{kind}（尾号{tail}）为“{police}”，本表为“{listed}”。
fix: 更新证件状态。
why: 证件状态以公安库为准。
needs: [certificates, police_certificates]
*/
with police as (      -- 公安没有写状态的，过了有效期即为过期
  select kind, number, coalesce(status, case when expires_on < c.statistic_date then '过期' end) as status
  from police_certificates cross join config c
)
select distinct m.unit, m.document, m.row, m.name, m.kind, tail(m.number) as tail, p.status as police, m.status as listed
from certificates m join police p on p.kind = m.kind and p.number = m.number
where p.status <> m.status;

/* P06
title: 公安记录的行程没有登记
level: error
at: staff.name
says: 公安反馈{name}{d1}至{d2}赴{places}，材料5未登记。
fix: 在材料5补登，并核实是否未经审批、是否瞒报。
why: 公安有出入境记录的行程应当全部登记（应审尽审）。
needs: [staff, trips, police_movements]
*/
select s.unit, s.document, s.row, s.name, p.exit_on as d1, coalesce(p.entry_on::varchar, '（无入境记录）') as d2, p.destinations as places,
       p.exit_on::varchar as value
from police_trips p join staff s on s.unit = p.unit and s.id_number = p.id_number
where p.in_service and p.exit_on is not null
  and not exists (select 1 from trip_matches m where m.unit = p.unit and m.trip = p.trip)
  -- 同一天用同一证件往返几次的，材料5只登记得下一行（S04）
  and not exists (select 1 from trip_matches m join police_trips o on o.unit = m.unit and o.trip = m.trip
                  where m.unit = p.unit and o.id_number = p.id_number and o.exit_on = p.exit_on and o.number = p.number);

/* P07
title: 登记的行程公安没有记录
level: warning
at: trips.exit_on
says: 第{row}行：公安记录中没有{name}{exit_on}的出境，请核对日期、证件或性质（因公）。
fix: 更正，或说明。
why: 登记的行程，公安应当有出入境记录，没有的可能日期或证件有误。
needs: [trips, police_movements]
*/
select t.unit, t.document, t.row, t.name, t.exit_on
from trips t cross join config c
where t.nature = '因私' and t.exit_on >= c.trip_lookback_start
  and t.exit_on <= (select max(moved_on) from police_movements)      -- 公安数据截止以后的还无从比对
  and not exists (select 1 from repeated_trips r where r.unit = t.unit and r.document = t.document and r.row = t.row)
  and not exists (select 1 from trip_matches m where m.unit = t.unit and m.document = t.document and m.row = t.row);

/* P08
title: 日期与公安记录不同
level: warning
at: trips.exit_on
says: 第{row}行：{name}登记{d1}至{d2}，公安记录{p1}至{p2}，相差{n}天。
fix: 以公安记录为准更正，或说明。
why: 出入境日期以公安记录为准。
needs: [trips, police_movements]
*/
select t.unit, t.document, t.row, t.name, t.exit_on as d1, coalesce(t.entry_on::varchar, '未归') as d2, p.exit_on as p1,
       coalesce(p.entry_on::varchar, '（无入境记录）') as p2,
       greatest(coalesce(abs(t.exit_on - p.exit_on), 0), coalesce(abs(t.entry_on - p.entry_on), 0)) as n,
       case when abs(t.exit_on - p.exit_on) > c.match_tolerance_days then 'exit_on' else 'entry_on' end as field
from trip_matches m
join trips t on t.unit = m.unit and t.document = m.document and t.row = m.row
join police_trips p on p.unit = m.unit and p.trip = m.trip
cross join config c
where greatest(coalesce(abs(t.exit_on - p.exit_on), 0), coalesce(abs(t.entry_on - p.entry_on), 0)) > c.match_tolerance_days;

/* P09
title: 前往地与公安记录不同
level: notice
at: trips.destinations
says: 第{row}行：{name}登记前往“{a}”，公安记录另有“{b}”。
fix: 核对前往国家（地区）。
why: 前往地应当与公安记录一致。
needs: [trips, police_movements]
*/
select t.unit, t.document, t.row, t.name, t.destinations as a, beyond(p.destinations, t.destinations) as b
from trip_matches m
join trips t on t.unit = m.unit and t.document = m.document and t.row = m.row
join police_trips p on p.unit = m.unit and p.trip = m.trip
where len(beyond(p.destinations, t.destinations)) > 0;

/* P10
title: 实际所用证件不同
level: warning
at: trips.number
says: 第{row}行：公安记录{name}实际使用证件为尾号{tail}，登记为尾号{listed}。
fix: 更正所用证件；属实的核实后，违规情形选“使用非审批证件”。
why: 出境应当使用经批准的证件。
needs: [trips, police_movements]
*/
select t.unit, t.document, t.row, t.name, tail(p.number) as tail, tail(t.number) as listed, t.number as value
from trip_matches m
join trips t on t.unit = m.unit and t.document = m.document and t.row = m.row
join police_trips p on p.unit = m.unit and p.trip = m.trip
where t.number is not null and t.number <> p.number and coalesce(t.number <> p.entry_number, true)
  and not answered(t.conclusion, t.violation, 'V5e');

/* P11
title: 有出境没有入境
level: warning
at: trips.entry_on
says: 第{row}行：公安记录{name}{day}出境后无入境记录，请核实是否仍在境外。
fix: 说明；逾期未归的核实后，违规情形选“逾期滞留”。
why: 有出境无入境，可能逾期未归，也可能记录不全。
needs: [trips, police_movements]
*/
select t.unit, t.document, t.row, t.name, p.exit_on as day, coalesce(t.entry_on::varchar, '未归') as value
from trip_matches m
join trips t on t.unit = m.unit and t.document = m.document and t.row = m.row
join police_trips p on p.unit = m.unit and p.trip = m.trip
where p.outcome = '缺入境' and not answered(t.conclusion, t.violation, 'V5a');

/* P12
title: 有入境没有出境
level: notice
at: staff.name
says: {name}{day}入境，缺少对应的出境记录。
fix: 说明。
why: 有入境就应当有出境，记录可能不全。
needs: [staff, police_movements]
*/
select s.unit, s.document, s.row, s.name, p.entry_on as day, p.entry_on::varchar as value
from police_trips p join staff s on s.unit = p.unit and s.id_number = p.id_number
where p.outcome = '缺出境' and p.in_service;

/* P13
title: 公安数据行程重叠
level: error
at: unit
says: 公安数据中{name}的两次行程重叠（{a}、{b}出境），请退回公安核对。
fix: 局里联系公安重新取数。
why: 一个人不能同时在两次行程中，取得的数据有误。
city: true
*/
select a.unit, a.name, a.exit_on as a, b.exit_on as b, a.exit_on || '/' || b.exit_on as value, a.id_number as key
from police_trips a join police_trips b on b.unit = a.unit and b.id_number = a.id_number and b.trip > a.trip
where a.outcome = '完整' and b.outcome = '完整' and a.exit_on < b.entry_on and b.exit_on < a.entry_on;

/* P14
title: 登记备案后未经同意办证
level: warning
at: certificates.consented
says: 第{row}行：{name}登记备案后于{day}新办{kind}（尾号{tail}），{problem}。
fix: 补同意函或更正本行；属实的在“证件类问题”登记并核实，违规情形选“违规办理因私证照”。
why: 登记备案人员办证，须经单位同意。
needs: [certificates, registrations]
*/
with filed as (
  select unit, id_number, min(filed_on) as filed_on from registrations group by all
), letters as (      -- 同意函在签发前若干天内有效
  select m.unit, m.document, m.row, max(r.consented_on) as consented_on
  from certificates m join consent_register r on r.id_number = m.id_number and r.kind = m.kind cross join config c
  where r.consented_on between m.issued_on - cast(c.consent_letter_days as integer) and m.issued_on
  group by all
)
select m.unit, m.document, m.row, m.name, m.issued_on as day, m.kind, tail(m.number) as tail, m.number as value,
       case when l.consented_on is not null      -- 单位写“否”而局里有函：总有一边错了
              then '局里有' || l.consented_on || '的单位同意函，本行却写“' || m.consented || '”'
                     || case when m.consented_on > m.issued_on then '、' || m.consented_on else '' end || '，请核对'
            when m.consented_on > m.issued_on then '单位同意函（' || m.consented_on || '）晚于签发日期'
            else '未见单位同意函' end as problem
from certificates m join filed f on f.unit = m.unit and f.id_number = m.id_number
left join letters l on l.unit = m.unit and l.document = m.document and l.row = m.row
where m.issued_on > f.filed_on      -- 2016年以前签发的也核实，只是不计入附件2
  and (m.consented <> '是' or m.consented_on > m.issued_on)      -- 办证以后才补的函不算
  and not exists (select 1 from settled_certificates s where s.unit = m.unit and s.number = m.number and s.code = 'V1');

/* P15
title: 公安姓名与名册不同
level: warning
at: staff.name
says: {problem}
fix: 局里核对后更正。
why: 姓名不同，可能是另一个人，也可能有更名或错字。
needs: [staff, police_certificates]
*/
select distinct s.unit, s.document, s.row, p.name as police, p.name as value,
       '公安数据姓名“' || p.name || '”与名册“' || s.name || '”不一致（身份证号相同），需人工确认。' as problem
from staff s
join (select id_number, name from police_certificates union select id_number, surname || given_name from police_registrations) p
  on p.id_number = s.id_number
where p.name <> s.name
union all
select distinct s.unit, s.document, s.row, m.name, m.moved_on::varchar,
       '公安有' || m.name || m.moved_on || m.movement || '的记录，没有身份证号，'
         || case when n.people > 1 then '同名同生日的有' || n.people || '人' else '只凭姓名和出生日期对上' end || '，需人工确认。'
from police_moves m join police_movements p on p.document = m.document and p.row = m.row
join staff s on s.name = m.name and born(s.id_number) = p.born_on
join (select name, born(id_number) as born_on, count(distinct id_number) as people
      from (select name, id_number from roster union all select name, id_number from staff) known group by all) n
  on n.name = m.name and n.born_on = p.born_on
where m.id_number is null;

/* P16
title: 不予审批期内出境
level: error
at: staff.name
says: {name}在{years}年不予审批期内（至{until}）于{day}出境。
fix: 核实后，违规情形选“不予批准或禁批期内出境”，并按规定移交。
why: 不予审批期内不得出国（境）。
needs: [staff, sanctions, police_movements]
*/
select s.unit, s.document, s.row, s.name, c.ban_years as years, max(b.ban_until) as until, p.exit_on as day, p.exit_on::varchar as value
from police_trips p
join staff s on s.unit = p.unit and s.id_number = p.id_number
join bans b on b.unit = p.unit and b.id_number = p.id_number and p.exit_on between b.ban_from and b.ban_until
cross join config c
where not exists (select 1 from trip_matches m join trips t on t.unit = m.unit and t.document = m.document and t.row = m.row
                  where m.unit = p.unit and m.trip = p.trip and answered(t.conclusion, t.violation, 'V4d'))
group by all;

/* P17
title: 年内多次出境
level: notice
at: staff.name
says: {name}{y}年内出境{n}次。
fix: 供研究。
why: 次数较多的，供审批时研究掌握。
needs: [staff, police_movements]
*/
select s.unit, s.document, s.row, s.name, year(p.exit_on) as y, count(*) as n, year(p.exit_on)::varchar as value
from police_trips p join staff s on s.unit = p.unit and s.id_number = p.id_number cross join config c
where p.exit_on is not null
group by all having count(*) > any_value(c.trip_limit_per_year);

/* P19
title: 证件在库期间有出境记录
level: error
at: custody.state
says: 第{row}行：{name}的证件（尾号{tail}）在库期间（{day}）有出境记录，保管台账不实。
fix: 核查责任，补登领用归还。
why: 在库的证件不应当有出境记录，有则台账不实。
needs: [custody, police_movements]
*/
select distinct k.unit, k.document, k.row, k.name, tail(k.number) as tail, p.exit_on as day, p.exit_on::varchar as value
from custody_periods k
join police_trips p on p.unit = k.unit and p.kind = k.kind and p.number = k.number
where p.exit_on >= k.since and coalesce(p.exit_on <= k.until, true);

/* P20
title: 在管证件将到期
level: notice
at: custody.expires_on
says: 第{row}行：{name}的证件（尾号{tail}）{problem}，请提醒处理。
fix: 换发或领回。
why: 到期前提醒，便于换发或注销。
needs: [custody]
*/
select k.unit, k.document, k.row, k.name, tail(k.number) as tail, k.number as value,
       case when k.expires_on < c.as_of then '已于' || k.expires_on || '过期' else '将于' || k.expires_on || '到期' end as problem
from custody k cross join config c
where k.state = '在库' and k.expires_on < c.as_of + to_months(cast(c.expiry_notice_months as integer))
