-- 应交尽交：应当上交的证件，一本不漏；领用的，按期归还；没交的，逐本有原因；台账与登记表、本人报告互相一致。

/* X05
title: 有效证件未集中保管
level: warning
at: certificates.custody_state
says: {name}的{kind}（尾号{tail}）{problem}
fix: 催交；确实未能上交的逐本填写未上交原因。
why: 登记备案人员的因私证件应当集中保管（应交尽交）。
needs: [certificates, custody, staff]
*/
select d.unit, d.document, d.row, d.name, d.kind, tail(d.number) as tail, d.number as value, '未集中保管。' as problem
from due_certificates d      -- 只看应收的：统计日有效，持有人在应收范围内
join certificates m on m.unit = d.unit and m.document = d.document and m.row = d.row
where d.origin = 'certificates' and coalesce(d.where_now not in ('在库', '借出(经批准)'), true)
  and m.missing_reason is null and d.missing_reason is null
  and not exists (select 1 from settled_certificates s where s.unit = d.unit and s.number = d.number and s.code = 'V2')
union all
select h.unit, m.document, m.row, h.name, h.kind, tail(h.number), h.number, '属市管干部证件，应由市委组织部保管。'
from custody h
join certificates m on m.unit = h.unit and m.kind = h.kind and m.number = h.number
join staff p on p.unit = h.unit and p.id_number = h.id_number
where h.state = '在库' and p.authority = '市管' and h.place <> '市委组织部(市管干部)';

/* X06
title: 保管台账有而登记表没有的证件
level: error
at: custody.number
says: 第{row}行：保管台账有、登记表无：{kind}（尾号{tail}）。
fix: 在材料4补登该证件。
why: 保管的证件应当都在登记表中。
needs: [custody, certificates]
*/
select h.unit, h.document, h.row, h.kind, tail(h.number) as tail, h.number as value
from custody h
where h.number is not null and not exists (select 1 from certificates m where m.unit = h.unit and m.number = h.number);

/* X07
title: 登记表与保管台账的证件信息不一致
level: error
at: custody.number
says: 第{row}行：两表证件信息不一致（尾号{tail}）：{label}登记表为“{listed}”，台账为“{kept}”。
fix: 核对实物，更正写错的一表。
why: 同一本证件在两张表中应当一致。
needs: [custody, certificates]
*/
with paired as (
  select h.unit, h.document, h.row, h.number, h.kind as kept_kind, m.kind, h.issued_on as kept_issued, m.issued_on,
         h.expires_on as kept_expires, m.expires_on, h.id_number as kept_id, m.id_number, h.name as kept_name, m.name
  from custody h join certificates m on m.unit = h.unit and m.number = h.number
)
select unit, document, row, 'kind' as field, tail(number) as tail, '证件种类' as label, kind as listed, kept_kind as kept,
       kept_kind as value from paired where kind <> kept_kind
union all
select unit, document, row, 'issued_on', tail(number), '签发日期', strftime(issued_on, '%Y-%m-%d'),
       strftime(kept_issued, '%Y-%m-%d'), strftime(kept_issued, '%Y-%m-%d') from paired where issued_on <> kept_issued
union all
select unit, document, row, 'expires_on', tail(number), '有效期至', strftime(expires_on, '%Y-%m-%d'),
       strftime(kept_expires, '%Y-%m-%d'), strftime(kept_expires, '%Y-%m-%d') from paired where expires_on <> kept_expires
union all
select unit, document, row, 'id_number', tail(number), '持证人', name || '（身份证尾号' || tail(id_number) || '）',
       kept_name || '（身份证尾号' || tail(kept_id) || '）', kept_id
from paired where id_number <> kept_id;

/* X08
title: 证件没有按期上交
level: warning
at: custody.first_handed_in_on
says: 第{row}行：{name}的{kind}（尾号{tail}）在签发（或备案）后第{n}个工作日才上交，超过{m}个工作日规定。
fix: 说明原因；属违规持有的在“证件类问题”登记并核实，违规情形选“违规持有因私证照”。
why: 证件应当在规定的工作日内上交。
needs: [custody, registrations]
*/
select t.unit, t.document, t.row, t.name, t.kind, tail(t.number) as tail, t.workdays_taken as n, c.cert_handin_workdays as m,
       t.number as value
from custody_terms t cross join config c
where t.first_handed_in_on is not null and t.workdays_late > 0
  and t.filed_on is not null      -- 没有登记备案的人没有上交时限
  and not exists (select 1 from settled_certificates s where s.unit = t.unit and s.number = t.number and s.code = 'V2');

/* X09
title: 本人报告的证件没有登记
level: error
at: declared_passports.number
says: 第{row}行：本人申报的{kind}（尾号{tail}）未列入材料4。
fix: 在材料4补登该证件。
why: 本人报告的证件应当都在登记表中。
needs: [declarations, certificates]
*/
select d.unit, d.document, d.row, d.origin, d.kind, tail(d.number) as tail, d.number as value
from declared_certificates d
where d.number is not null and not exists (select 1 from certificates m where m.unit = d.unit and m.number = d.number);

/* X10
title: 有证件而本人没有报告
level: warning
at: declarations.has_passport
says: 第{row}行：{name}报告表未报告{kind}（尾号{tail}），疑似瞒报（或漏报）。
fix: 请本人更正报告表；属瞒报的在“证件类问题”登记并核实，违规情形选“瞒报持有因私证照”。
why: 持有证件应当如实报告。
needs: [declarations, certificates, staff]
*/
select d.unit, d.document, d.row, d.name, k.kind, tail(k.number) as tail, k.number as value,
       case k.kind when '普通护照' then 'has_passport' when '往来港澳通行证' then 'has_hkmo_permit'
                   else 'has_tw_permit' end as field
from certificates_known k
join declarations d on d.unit = k.unit and d.id_number = k.id_number
where k.valid and coalesce(k.issued_on <= d.signed_on, true)
  and (not exists (select 1 from declared_certificates g where g.unit = k.unit and g.number = k.number)
       or '无' = case k.kind when '普通护照' then d.has_passport when '往来港澳通行证' then d.has_hkmo_permit      -- 列了证件却选“无”
                           else d.has_tw_permit end)
  and not exists (select 1 from settled_certificates s where s.unit = k.unit and s.number = k.number and s.code = 'V3')
qualify row_number() over (partition by k.unit, k.kind, k.number, d.row order by k.origin) = 1;

/* X19
title: 领用证件没有对应的审批
level: warning
at: loans.approval_number
says: 第{row}行：{name}领用{kind}（尾号{tail}）没有对应的审批记录。
fix: 填写对应审批编号；确无审批的按违规持有或未批先领核实。
why: 领用证件须先经审批。
needs: [custody, approvals]
*/
select l.unit, l.document, l.row, l.name, l.kind, tail(l.number) as tail, l.number as value
from loans l cross join config c
where l.reason = '因私出国（境）' and coalesce(l.state <> '已作废', true) and l.lent_on >= c.trip_lookback_start
  and not exists (select 1 from granted g where g.unit = l.unit and g.id_number = l.id_number
                  and (g.approval_number = l.approval_number
                       or l.approval_number is null and l.lent_on between g.decided_on and g.return_on))
  and not exists (select 1 from settled_certificates s where s.unit = l.unit and s.number = l.number and s.code = 'V2');

/* X20
title: 台账显示证件在库，同日却有出境
level: error
at: trips.number
says: 第{row}行：台账显示{day}{name}的证件（尾号{tail}）在库，但同日有出境记录，台账与事实不符。
fix: 核查是否另有证件，或补登领用归还。
why: 证件在库，就不应当用它出境。
needs: [trips, custody]
*/
select t.unit, t.document, t.row, t.name, t.exit_on as day, tail(t.number) as tail, t.number as value
from trips t
where t.nature = '因私'
  and exists (select 1 from custody_periods p where p.unit = t.unit and p.kind = t.kind and p.number = t.number
              and t.exit_on >= p.since and coalesce(t.exit_on <= p.until, true));

/* X21
title: 行程所用证件没有登记
level: error
at: trips.number
says: 第{row}行：{name}行程所用证件（尾号{tail}）未登记，疑似未报告的证件。
fix: 在材料4补登（含已失效的证件）；属瞒报的在“证件类问题”登记并核实。
why: 用过的证件应当登记，否则可能有未报告的证件。
needs: [trips, certificates]
*/
select t.unit, t.document, t.row, t.name, tail(t.number) as tail, t.number as value
from trips t
where t.nature = '因私' and t.number is not null
  and not exists (select 1 from certificates m where m.unit = t.unit and m.number = t.number)
  and not exists (select 1 from past_custody h where h.unit = t.unit and h.number = t.number)      -- 历史证件
  and not exists (select 1 from settled_certificates s where s.unit = t.unit and s.number = t.number and s.code = 'V3');

/* X31
title: 同时有两本有效的同种证件
level: warning
at: certificates.number
says: 第{row}行：{name}同时有{n}本有效{kind}，请核对旧证是否已注销。
fix: 更新旧证的证件状态。
why: 同种证件一般只有一本有效，旧证应当注销。
needs: [certificates]
*/
select unit, document, row, name, kind, count(*) over same as n, number as value
from (select distinct on (unit, kind, number, id_number) * from certificates_known where origin = 'certificates' and valid
      order by unit, kind, number, id_number, document, row) once      -- 一本写了两行的由 S04 指出
window same as (partition by unit, id_number, kind)
qualify count(*) over same > 1 and row_number() over (partition by unit, id_number, kind order by issued_on desc, row desc) = 1;

/* X32
title: 一本证件登记在两人名下
level: error
at: certificates.number
says: 第{row}行：证件（尾号{tail}）同时登记在{a}、{b}名下。
fix: 核对证件实物，更正写错的一行。
why: 一本证件只有一个持有人。
needs: [certificates]
*/
select a.unit, a.document, a.row, tail(a.number) as tail, a.name as a, min(b.name) as b, a.number as value
from certificates a join certificates b on b.unit = a.unit and b.kind = a.kind and b.number = a.number and b.id_number <> a.id_number
group by all;

/* R12
title: 上交早于签发
level: error
at: custody.first_handed_in_on
says: 第{row}行：上交日期{handed_in}早于证件签发日期{issued}。
fix: 核对两个日期。
why: 先签发，后上交，颠倒必有一个日期有误。
needs: [custody]
*/
select unit, document, row, first_handed_in_on as handed_in, issued_on as issued from custody where first_handed_in_on < issued_on;

/* R13
title: 领用、归还先后颠倒
level: error
at: loans.lent_on
says: 第{row}行：领用（归还）日期先后顺序有误：{problem}
fix: 核对上交、领用、归还三个日期。
why: 上交、领用、归还有先后，颠倒必有一个日期有误。
needs: []
*/
select l.unit, 'loans' as origin, l.document, l.row, 'returned_on' as field, '归还' || l.returned_on || '早于领用' || l.lent_on || '。' as problem
from loans l where l.returned_on < l.lent_on
union all
select l.unit, 'loans', l.document, l.row, 'lent_on', '领用' || l.lent_on || '早于首次上交' || h.first_handed_in_on || '。'
from loans l join custody h on h.unit = l.unit and h.kind = l.kind and h.number = l.number
where l.lent_on < h.first_handed_in_on
union all      -- 材料6所填的领用、归还
select unit, 'approvals', document, row, 'returned_on', '归还' || returned_on || '早于领用' || lent_on || '。'
from approvals where returned_on < lent_on;

/* R14
title: 未归还的证件登记为在库
level: error
at: custody.state
says: 第{row}行：{name}的{kind}（尾号{tail}）有未归还的领用记录，不能登记为“在库”。
fix: 补登归还，或把保管状态改为“借出”。
why: 借出未还的证件不在库里。
needs: [custody]
*/
select h.unit, h.document, h.row, h.name, h.kind, tail(h.number) as tail
from custody h
where h.state = '在库'
  and exists (select 1 from loans l where l.unit = h.unit and l.kind = h.kind and l.number = h.number
              and l.state = '已领用' and l.returned_on is null);

/* R15
title: 领用的证件逾期未还
level: warning
at: loans.returned_on
says: 第{row}行：{name}的{kind}（尾号{tail}）逾期{n}个工作日未归还，疑似违规持有。
fix: 催交，并在“证件类问题”登记核实，违规情形选“违规持有因私证照”。
why: 领用的证件应当按期归还，逾期不还属于违规持有。
needs: [custody, approvals, trips]
*/
select l.unit, l.document, l.row, l.name, l.kind, tail(l.number) as tail, l.workdays_late as n, l.number as value
from loan_terms l cross join config c
where l.state = '已领用' and l.returned_on is null and l.due_on < c.as_of and l.workdays_late > 0
  and not exists (select 1 from settled_certificates s where s.unit = l.unit and s.number = l.number and s.code = 'V2');

/* R16
title: 未上交而没有写原因
level: error
at: custody.missing_reason
says: 第{row}行：{name}的{kind}（尾号{tail}）未上交，须逐本填写原因。
fix: 从下拉框选择未上交原因。
why: 应交未交的证件，每本都要有原因（应交尽交）。
needs: []
*/
select unit, 'custody' as origin, document, row, name, kind, tail(number) as tail
from custody where state = '未上交' and missing_reason is null
union all      -- 材料4也要逐本填写
select unit, 'certificates', document, row, name, kind, tail(number)
from certificates where custody_state = '未上交' and missing_reason is null;

/* R17
title: 遗失证件没有证明
level: warning
at: certificates.status
says: 第{row}行：{name}遗失的{kind}（尾号{tail}）请上传报失或公安宣布作废证明及本人说明。
fix: 上传证明的扫描件，文件名写明证件号码。
why: 遗失证件须有报失或作废证明，以防冒用。
needs: [certificates]
*/
select m.unit, m.document, m.row, m.name, m.kind, tail(m.number) as tail, m.number as value
from certificates m
where (m.status = '遗失(已报失)' or m.custody_state = '遗失'
       or exists (select 1 from custody k where k.unit = m.unit and k.kind = m.kind and k.number = m.number and k.state = '遗失'))
  and not exists (select 1 from attachments a where a.unit = m.unit and contains(a.name, m.number));
