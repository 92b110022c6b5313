-- 整套材料：齐不齐，附件在不在，人数对不对，报得晚不晚。

/* S08
title: 缺材料或附件
level: error
at: unit
says: {problem}
fix: 补传。
why: 材料齐全，才能核对和汇总。
needs: []
*/
with handed_in as (
  select distinct unit from submissions where state in ('submitted', 'accepted')
), with_papers as (      -- 附件随材料一起来；还没有来过附件、也没有报送的，先不问
  select unit from handed_in union select unit from attachments
), named as (
  select unit, 'approvals' as origin, document, row, 'scan' as field, scan as file from approvals a
  where not exists (select 1 from settled_approvals s
                    where s.unit = a.unit and s.approval_number = a.approval_number and s.code = 'V7e')
  union all
  select unit, 'sanctions', document, row, 'evidence', evidence from sanctions
)
select s.unit, s.form, null::varchar as origin, null::varchar as document, null::integer as row, null::varchar as field,
       s.form as value, s.form as key,
       '缺少' || any_value(if(starts_with(f.number, '附件'), f.number, '材料' || f.number)) || '《' || any_value(f.title) || '》。'
         as problem
from submissions s join handed_in using (unit) join forms f on f.form = s.form and f.part = 'form'
where not exists (select 1 from documents d where d.unit = s.unit and d.form = s.form)
group by s.unit, s.form
union all
select n.unit, null, n.origin, n.document, n.row, n.field, n.file, null, '第' || n.row || '行：缺少附件“' || n.file || '”。'
from named n join with_papers using (unit)
where n.file is not null and not exists (select 1 from attachments x where x.unit = n.unit and x.name = n.file);

/* S09
title: 缺签字盖章扫描件
level: warning
at: unit
says: 《{title}》未上传签字盖章扫描件。
fix: 打印、签字、盖章后扫描，上传PDF。
why: 报送的材料须由单位负责人签字并盖章。
needs: []
*/
with signed as (      -- 附件2、附件3，以及签字盖章的材料1、材料8的个人报告表
  select distinct form, title from forms where part = 'scan' or form in ('self_report', 'declarations')
), handing_in as (
  select unit from attachments union select unit from submissions where state in ('submitted', 'accepted')
)
select h.unit, w.form, w.title, w.form as value, w.form as key
from handing_in h cross join signed w
where not exists (select 1 from attachments a where a.unit = h.unit and a.form = w.form);

/* S12
title: 名册人数与局人事系统相差较大
level: warning
at: staff
says: 名册{n}人，与局人事系统{m}人相差较大，请说明。
fix: 核对名册，或说明。
why: 名册应当包括全部工作人员，少了人就会漏查。
needs: [staff, roster]
*/
with counted as (
  select d.unit, d.document, (select count(*) from staff s where s.unit = d.unit) as n,
         (select count(*) from roster r where r.unit = d.unit) as m
  from documents d where d.form = 'staff'
)
select k.unit, k.document, k.n, k.m, k.n || '/' || k.m as value, k.unit as key
from counted k cross join config c
where abs(k.n - k.m) > greatest(k.m * c.roster_tolerance_percent / 100, c.roster_tolerance_persons);

/* S15
title: 超过报送时限
level: warning
at: unit
says: 已超过报送时限（{deadline}），报送时间{at_time}。
fix: 系统记录，请说明。
why: 按时报送是工作要求，迟报情况会通报。
needs: []
*/
select s.unit, c.deadline, strftime(min(s.received_at), '%Y-%m-%d %H:%M') as at_time, s.unit as key, '逾期' as value
from submissions s cross join config c
where s.received_at is not null
group by s.unit, c.deadline having min(s.received_at) >= c.deadline + 1
