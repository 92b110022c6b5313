-- The police's records: whose they are, exits and entries paired into trips (domain §3.7), trips matched to material 5.

/* police_moves
holds: 出入境记录，去重（证件、日期、时间），并认定是谁：身份证号，否则证件号码，否则姓名加出生日期（唯一时）
columns: id_number, name, movement, kind, number, destination, port, moved_on, moved_at, document, row
kept: true
*/
with holders as (
  select kind, number, min(id_number) as id_number from police_certificates group by all having count(distinct id_number) = 1
), named as (
  select name, born(id_number) as born_on, min(id_number) as id_number from roster group by all having count(distinct id_number) = 1
)
select coalesce(m.id_number, h.id_number, n.id_number) as id_number, m.name, m.movement, m.kind, m.number, m.destination, m.port,
       m.moved_on, coalesce(m.moved_at, '') as moved_at, m.document, m.row
from police_movements m
left join holders h on h.kind = m.kind and h.number = m.number
left join named n on n.name = m.name and n.born_on = m.born_on
qualify row_number() over (partition by coalesce(m.id_number, h.id_number, n.id_number), m.movement, m.kind, m.number, m.moved_on,
                           coalesce(m.moved_at, '') order by m.document, m.row) = 1;

/* police_sequence
holds: 每人的出入境先后。同日同时刻的记录按此前是否在外交替排列。block 为一段“出境……入境……”
columns: id_number, movement, kind, number, destination, port, moved_on, document, row, name, place, block
*/
with moments as (   -- one moment of one person may hold several records when the police give no time of day
  select id_number, moved_on, moved_at,
         count(*) filter (movement = '出境') as exits, count(*) filter (movement = '入境') as entries,
         max(number) filter (movement = '出境') as exit_number
  from police_moves where id_number is not null group by all
), before as (
  select id_number, moved_on, moved_at,
         coalesce(last_value(case when exits <> entries then exits > entries end ignore nulls)
                  over earlier, false) as abroad,
         last_value(exit_number ignore nulls) over earlier as open_number
  from moments
  window earlier as (partition by id_number order by moved_on, moved_at rows between unbounded preceding and 1 preceding)
), ranked as (
  select m.*, b.abroad,
         row_number() over (partition by m.id_number, m.moved_on, m.moved_at, m.movement
                            order by b.abroad and m.movement = '入境' and m.number = b.open_number desc, m.kind, m.number,
                                     m.document, m.row) as nth
  from police_moves m join before b using (id_number, moved_on, moved_at)
), placed as (
  select *, row_number() over (partition by id_number
                               order by moved_on, moved_at, nth, (movement = '入境') <> abroad, movement) as place
  from ranked
), started as (
  select *, movement = '出境' and lag(movement, 1, '入境') over (partition by id_number order by place) = '入境' as starts
  from placed
)
select id_number, movement, kind, number, destination, port, moved_on, document, row, name, place,
       count(*) filter (starts) over (partition by id_number order by place) as block
from started;

/* police_pairs
holds: 公安出入境记录配对成的行程（按人，不分单位）。outcome：完整、缺入境、缺出境。每次出境都是一次行程
columns: id_number, name, exit_on, entry_on, kind, number, entry_kind, entry_number, destinations, ports, outcome, document, row,
  entry_document, entry_row
kept: true
*/
with moves as (
  select *, row_number() over (partition by id_number, block, movement, kind, number order by place desc) as from_end,
         row_number() over (partition by id_number, block, movement, kind, number order by place) as from_start,
         row_number() over (partition by id_number, block, movement order by place desc) as last_in_block,
         row_number() over (partition by id_number, block, movement order by place) as first_in_block
  from police_sequence
), same as (        -- the same certificate out and in is preferred
  select x.id_number, x.place as out_place, e.place as in_place
  from moves x join moves e on e.id_number = x.id_number and e.block = x.block and e.kind = x.kind and e.number = x.number
  where x.movement = '出境' and e.movement = '入境' and x.from_end = 1 and e.from_start = 1
), other as (       -- out by one certificate, in by another
  select x.id_number, x.place as out_place, e.place as in_place
  from moves x join moves e on e.id_number = x.id_number and e.block = x.block
  where x.movement = '出境' and e.movement = '入境' and x.last_in_block = 1 and e.first_in_block = 1
    and not exists (select 1 from same s where s.id_number = x.id_number and (s.out_place = x.place or s.in_place = e.place))
), pairs as (select * from same union all select * from other)
select coalesce(x.id_number, e.id_number) as id_number, coalesce(x.name, e.name) as name,
       x.moved_on as exit_on, e.moved_on as entry_on,
       coalesce(x.kind, e.kind) as kind, coalesce(x.number, e.number) as number, e.kind as entry_kind, e.number as entry_number,
       list_distinct(places(x.destination) || places(e.destination)) as destinations,
       concat_ws('/', x.port, e.port) as ports,
       case when e.place is null then '缺入境' when x.place is null then '缺出境' else '完整' end as outcome,
       coalesce(x.document, e.document) as document, coalesce(x.row, e.row) as row,
       e.document as entry_document, e.row as entry_row
from (select * from moves where movement = '出境') x
left join pairs p on p.id_number = x.id_number and p.out_place = x.place
full join (select * from moves where movement = '入境') e on e.id_number = p.id_number and e.place = p.in_place;

/* roster_trips
holds: 局名册人员的公安行程（只依据台账，同一批台账只算一次）
columns: unit, id_number, name, exit_on, entry_on, kind, number, entry_kind, entry_number, destinations, ports, outcome,
  document, row, in_service
kept: true
*/
select u.unit, p.id_number, u.name, p.exit_on, p.entry_on, p.kind, p.number, p.entry_kind, p.entry_number, p.destinations,
       p.ports, p.outcome, p.document, p.row,
       coalesce(coalesce(p.exit_on, p.entry_on) >= u.joined_on, true)
         and coalesce(coalesce(p.exit_on, p.entry_on) <= u.left_on, true) as in_service
from police_pairs p join people u using (id_number) cross join config c
where coalesce(p.exit_on, p.entry_on) >= c.trip_lookback_start
qualify row_number() over (partition by u.unit, p.id_number, p.document, p.row order by u.row) = 1;

/* unlisted_staff
holds: 材料2中有、局名册本单位没有的人员
columns: unit, id_number, name, joined_on, left_on
*/
select s.unit, s.id_number, any_value(s.name) as name, min(s.joined_on) as joined_on,
       max(case when s.status in ('退休', '调出', '辞职/解聘', '开除', '死亡') then s.status_on end) as left_on
from staff s
where s.id_number is not null and not exists (select 1 from roster r where r.unit = s.unit and r.id_number = s.id_number)
group by s.unit, s.id_number;

/* police_trips
holds: 归到单位的公安行程，自回溯起始日起（局名册人员，加上材料2中名册没有的）。in_service 为出境（缺出境的按入境）时已在该单位且未离开
columns: unit, id_number, name, exit_on, entry_on, kind, number, entry_kind, entry_number, destinations, ports, outcome,
  document, row, in_service, trip
kept: true
*/
select *, concat_ws('|', id_number, exit_on, entry_on, number, document, row) as trip
from (select * from roster_trips
      union all
      select u.unit, p.id_number, u.name, p.exit_on, p.entry_on, p.kind, p.number, p.entry_kind, p.entry_number, p.destinations,
             p.ports, p.outcome, p.document, p.row,
             coalesce(coalesce(p.exit_on, p.entry_on) >= u.joined_on, true)
               and coalesce(coalesce(p.exit_on, p.entry_on) <= u.left_on, true)
      from police_pairs p join unlisted_staff u using (id_number) cross join config c
      where coalesce(p.exit_on, p.entry_on) >= c.trip_lookback_start);

/* roster_held
holds: 局名册人员的公安证件信息（只依据台账）；valid 为统计日有效，status 缺的按有效期推定
columns: unit, id_number, name, police_name, kind, number, issuer, issued_on, expires_on, status, valid, document, row
kept: true
*/
select u.unit, p.id_number, u.name, p.name as police_name, p.kind, p.number, p.issuer, p.issued_on, p.expires_on,
       coalesce(p.status, case when p.expires_on < c.statistic_date then '过期' else '有效' end) as status,
       coalesce(p.status, '有效') = '有效' and coalesce(p.expires_on >= c.statistic_date, true)
         and coalesce(p.issued_on <= c.statistic_date, true) as valid,
       p.document, p.row
from police_certificates p join people u using (id_number) cross join config c
qualify row_number() over (partition by u.unit, p.document, p.row order by u.row) = 1;

/* police_held
holds: 归到单位的公安证件信息（局名册人员，加上材料2中名册没有的）；valid 为统计日有效，status 缺的按有效期推定
columns: unit, id_number, name, police_name, kind, number, issuer, issued_on, expires_on, status, valid, document, row
*/
select * from roster_held
union all
select u.unit, p.id_number, u.name, p.name, p.kind, p.number, p.issuer, p.issued_on, p.expires_on,
       coalesce(p.status, case when p.expires_on < c.statistic_date then '过期' else '有效' end),
       coalesce(p.status, '有效') = '有效' and coalesce(p.expires_on >= c.statistic_date, true)
         and coalesce(p.issued_on <= c.statistic_date, true),
       p.document, p.row
from police_certificates p join unlisted_staff u using (id_number) cross join config c;

/* trip_candidates
holds: 公安行程与材料5行程的可能配对；points 越小越像（先看日期在容许差内，再看证件和前往地）
columns: unit, id_number, trip, document, row, points, close
*/
select unit, id_number, trip, document, row,
       (case when close then 0 else 10000 end) + 10 * (coalesce(exits, 0) + coalesce(entries, 0))
         + (case when same_certificate then 0 else 3 end) + (case when same_place then 0 else 1 end) as points,
       close
from (
  select p.unit, p.id_number, p.trip, t.document, t.row,
         abs(p.exit_on - t.exit_on) as exits, abs(p.entry_on - t.entry_on) as entries,
         coalesce(abs(p.exit_on - t.exit_on) <= c.match_tolerance_days, p.exit_on is null)
           and coalesce(abs(p.entry_on - t.entry_on) <= c.match_tolerance_days, p.exit_on is not null) as close,
         p.exit_on <= coalesce(t.entry_on, t.exit_on) and t.exit_on <= coalesce(p.entry_on, p.exit_on) as overlap,
         t.number in (p.number, p.entry_number) as same_certificate, t.number = p.number as same_on_leaving,
         list_has_any(t.destinations, p.destinations) as same_place
  from police_trips p join trips t on t.unit = p.unit and t.id_number = p.id_number cross join config c
) pairs
where close or overlap or (exits <= 7 and same_on_leaving);

/* trip_matches
holds: 公安行程与材料5行程的最终配对（每人按最像的先配，各用一次）；close 为日期在容许差内
columns: unit, id_number, trip, document, row, close
kept: true
*/
with matched as (    -- the best pair first; a later one only where neither of the two is taken
  select unit, id_number,
         list_reduce(list_transform(list_sort(list({'points': points, 'trip': trip, 'document': document, 'row': row, 'close': close})),
                                    lambda pair: {'trips': [pair.trip], 'mine': [{'document': pair.document, 'row': pair.row}],
                                                  'close': [pair.close]}),
                     lambda done, next: case
                       when list_contains(done.trips, next.trips[1]) or list_contains(done.mine, next.mine[1]) then done
                       else {'trips': done.trips || next.trips, 'mine': done.mine || next.mine,
                             'close': done.close || next.close} end) as chosen
  from trip_candidates group by all
), listed as (
  select unit, id_number, unnest(chosen.trips) as trip, unnest(chosen.mine) as mine, unnest(chosen.close) as close from matched
)
select unit, id_number, trip, mine.document as document, mine.row as row, close from listed;
