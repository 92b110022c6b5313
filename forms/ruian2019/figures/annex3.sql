-- Annex 3 (domain §2.4), as of the statistic date: each column is the rows it counts. Evidence: unit, origin (table), document, row;
-- of certificates, when one ceases to count: it expires, or a loan of it is not returned in time.

/* annex3.d3
label: 国家工作人员总数
count: distinct id_number
*/
select unit, 'staff' as origin, document, row, id_number, name, category from on_register where in_base;

/* annex3.d4
label: 应备数
count: distinct id_number
*/
select unit, 'staff' as origin, document, row, id_number, name, reason from on_register where is_due;

/* annex3.d5
label: 实备数
count: distinct id_number
holds: 应备人员中备案有效的；已备案而不应备的不计（应撤未撤）
*/
select r.unit, 'registrations' as origin, r.document, r.row, r.id_number, r.name, r.filed_on, r.state
from live_registrations r
where exists (select 1 from on_register s where s.unit = r.unit and s.id_number = r.id_number and s.is_due);

/* annex3.d6
label: 应收数
count: rows
*/
select unit, origin, document, row, id_number, name, kind, number, expires_on from due_certificates;

/* annex3.d7
label: 实收数
count: rows
kept: true
*/
select d.unit, 'custody' as origin, d.custody_document as document, d.custody_row as row, d.id_number, d.name, d.kind, d.number, d.where_now,
       d.expires_on, (select max(l.due_on) from loan_terms l
                      where l.open and l.unit = d.unit and l.kind = d.kind and l.number = d.number) as return_due_on
from due_certificates d where d.held;

/* annex3.d8
label: 因私护照
count: rows
*/
from "annex3.d7" where kind = '普通护照';

/* annex3.d9
label: 往来港澳通行证
count: rows
*/
from "annex3.d7" where kind = '往来港澳通行证';

/* annex3.d10
label: 大陆居民往来台湾通行证
count: rows
*/
from "annex3.d7" where kind = '大陆居民往来台湾通行证';
