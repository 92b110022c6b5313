-- Certificates: which must be handed in, where they are, when a loan is due back.

/* loan_terms
holds: 领用记录的应归还日期和逾期工作日：实际（或批准）返回日加时限，取消行程的自取消日起；与出国（境）无关的领用没有应归还日期。
  open 为统计日尚未归还；overdue 为统计日已逾期未还；workdays_late 按归还日或 as_of 计，未逾期为 0
columns: unit, document, row, name, id_number, kind, number, reason, approval_number, lent_on, returned_on, state, back_on, due_on,
  workdays_late, open, overdue
needs: [custody]
kept: true
*/
with approved as (   -- approval numbers are unique in a unit (S04); should one stand twice, the first counts
  select distinct on (unit, approval_number) unit, approval_number, planned_return_on, departed, cancelled_on
  from approvals where approval_number is not null order by unit, approval_number, document, row
), returns as (
  select l.unit, l.document, l.row,
         arg_min(t.entry_on, t.exit_on) filter (t.approval_number = l.approval_number and t.entry_on >= l.lent_on) as by_approval,
         arg_min(t.entry_on, t.exit_on) filter (t.number = l.number and t.exit_on >= l.lent_on
                                                and coalesce(t.exit_on <= l.returned_on, true)) as by_number
  from loans l join trips t on t.unit = l.unit and t.id_number = l.id_number
  where l.reason = '因私出国（境）'
  group by all
), dated as (
  select l.*, coalesce(r.by_approval, r.by_number) as came_back, a.planned_return_on, a.departed, a.cancelled_on
  from loans l
  left join approved a on a.unit = l.unit and a.approval_number = l.approval_number
  left join returns r on r.unit = l.unit and r.document = l.document and r.row = l.row
), due as (
  select d.*,
         case when d.departed = '取消' then d.cancelled_on else coalesce(d.came_back, d.planned_return_on) end as back_on,
         case when d.reason <> '因私出国（境）' then null
              when d.departed = '取消' then add_workdays(d.cancelled_on, c.cert_return_cancelled_workdays, w)
              else add_workdays(coalesce(d.came_back, d.planned_return_on), c.cert_return_workdays, w) end as term
  from dated d cross join config c cross join workday_index w
)
select d.unit, d.document, d.row, d.name, d.id_number, d.kind, d.number, d.reason, d.approval_number, d.lent_on, d.returned_on,
       d.state, d.back_on, d.term as due_on,
       case when d.state = '已作废' then 0
            else greatest(0, workdays_between(d.term, coalesce(d.returned_on, c.as_of), w)) end as workdays_late,
       coalesce(d.state <> '已作废', true) and coalesce(d.lent_on <= c.statistic_date, true)
         and coalesce(d.returned_on > c.statistic_date, d.returned_on is null) as open,
       open and coalesce(d.term < c.statistic_date, false) as overdue
from due d cross join config c cross join workday_index w;

/* custody_terms
holds: 保管台账的应交日期（签发或备案较晚者加时限）、逾期天数（日历日）和用去的工作日；未上交的算到 as_of
columns: unit, document, row, name, id_number, kind, number, issued_on, expires_on, first_handed_in_on, nature, place, state,
  missing_reason, filed_on, due_on, days_late, workdays_taken, workdays_late
needs: [custody, registrations]
*/
with filed as (
  select unit, id_number, min(filed_on) as filed_on from registrations group by all
), terms as (
  select k.*, f.filed_on,
         greatest(k.issued_on, f.filed_on) as starts_on,
         add_workdays(greatest(k.issued_on, f.filed_on), c.cert_handin_workdays, w) as term,
         coalesce(k.first_handed_in_on, c.as_of) as ends_on
  from custody k left join filed f on f.unit = k.unit and f.id_number = k.id_number cross join config c cross join workday_index w
)
select unit, document, row, name, id_number, kind, number, issued_on, expires_on, first_handed_in_on, nature, place, state,
       missing_reason, filed_on, term as due_on, greatest(0, ends_on - term) as days_late,
       workdays_between(starts_on, ends_on, w) as workdays_taken, greatest(0, workdays_between(term, ends_on, w)) as workdays_late
from terms cross join workday_index w;

/* certificates_known
holds: 材料4的证件，加上公安名单中材料4没有的（按材料2在册人员归单位）；valid 为统计日有效（D7）
columns: unit, origin, document, row, name, id_number, kind, number, issued_on, expires_on, status, valid
needs: [certificates, staff]
kept: true
*/
select m.unit, 'certificates' as origin, m.document, m.row, m.name, m.id_number, m.kind, m.number, m.issued_on, m.expires_on,
       m.status,
       (coalesce(m.status, '有效') = '有效' and coalesce(m.expires_on >= c.statistic_date, true)
          or c.count_expired and coalesce(m.status, '有效') in ('有效', '过期'))
         and coalesce(m.issued_on <= c.statistic_date, true) as valid
from certificates m cross join config c
union all
select s.unit, 'police_certificates', p.document, p.row, s.name, p.id_number, p.kind, p.number, p.issued_on, p.expires_on, p.status,
       (coalesce(p.status, '有效') = '有效' and coalesce(p.expires_on >= c.statistic_date, true)
          or c.count_expired and coalesce(p.status, '有效') in ('有效', '过期'))
         and coalesce(p.issued_on <= c.statistic_date, true)
from police_certificates p join on_register s using (id_number) cross join config c
where not exists (select 1 from certificates m where m.unit = s.unit and m.kind = p.kind and m.number = p.number);

/* due_certificates
holds: 应收证件（每本一行）：统计日有效，持有人在应收范围内。held 为实收：在库，或经批准借出未逾期（D8）；where_now 为保管状态
columns: unit, origin, document, row, name, id_number, kind, number, issued_on, expires_on, held, where_now, place, missing_reason,
  custody_document, custody_row, overdue
needs: [certificates, custody, staff]
kept: true
*/
with once as (         -- the same certificate written twice is one booklet
  select distinct on (k.unit, k.kind, k.number) k.*
  from certificates_known k cross join config c
  where k.valid and exists (select 1 from on_register s where s.unit = k.unit and s.id_number = k.id_number
                            and (s.is_due or c.due_certificate_holders = '全体在册人员'))
  order by k.unit, k.kind, k.number, k.document, k.row
), kept as (
  select distinct on (unit, kind, number) * from custody
  order by unit, kind, number, first_handed_in_on nulls last, document, row
), lent as (
  select unit, kind, number, bool_or(overdue) as overdue from loan_terms where open group by all
)
select o.unit, o.origin, o.document, o.row, o.name, o.id_number, o.kind, o.number, o.issued_on, o.expires_on,
       coalesce(k.first_handed_in_on <= c.statistic_date, true)
         and (coalesce(k.state = '在库', false)
              or coalesce(k.state = '借出(经批准)', false) and c.loan_counts_as_held and not coalesce(l.overdue, false)) as held,
       k.state as where_now, k.place, k.missing_reason, k.document as custody_document, k.row as custody_row,
       coalesce(l.overdue, false) as overdue
from once o
left join kept k on k.unit = o.unit and k.kind = o.kind and k.number = o.number
left join lent l on l.unit = o.unit and l.kind = o.kind and l.number = o.number
cross join config c;

/* declared_certificates
holds: 材料8本人报告的证件（表一护照、表三通行证合在一起）
columns: unit, origin, document, row, id_number, kind, number, issued_on, expires_on
needs: [declarations]
*/
select unit, 'declared_passports' as origin, document, row, id_number, '普通护照' as kind, number, issued_on, expires_on
from declared_passports
union all
select unit, 'declared_permits', document, row, id_number, kind, number, issued_on, expires_on from declared_permits;

/* custody_periods
holds: 台账所示证件在库的时段（起止日均为整日在库；领用日、归还日本身不算），用来核对“在库期间出境”；since 为空表示自始，until 为空表示至今
columns: unit, document, row, name, id_number, kind, number, since, until
needs: [custody]
kept: true
*/
with events as (
  select k.unit, k.document, k.row, k.name, k.id_number, k.kind, k.number, k.first_handed_in_on, k.state, k.moved_on,
         list(struct_pack(out_on := l.lent_on, in_on := l.returned_on) order by l.lent_on)
           filter (l.lent_on is not null and coalesce(l.state <> '已作废', true)) as loans
  from custody k left join loans l on l.unit = k.unit and l.kind = k.kind and l.number = k.number
  where k.first_handed_in_on is not null
  group by all
)
select unit, document, row, name, id_number, kind, number, first_handed_in_on + 1 as since,
       case when len(loans) > 0 then loans[1].out_on - 1
            when state = '在库' then null else coalesce(moved_on - 1, first_handed_in_on) end as until
from events
union all
select unit, document, row, name, id_number, kind, number, loans[i].in_on + 1 as since,
       case when i < len(loans) then loans[i + 1].out_on - 1
            when state = '在库' then null else coalesce(moved_on - 1, loans[i].in_on) end as until
from events cross join unnest(range(1, len(loans) + 1)) as n(i)
where loans[i].in_on is not null;
