-- 应备尽备：应当登记备案的人，一个不漏；离开的人，及时撤销；登记的内容，与名册一致。

/* X01
title: 应登记备案而未备案
level: warning
at: staff.due
says: {name}应登记备案但{problem}。
fix: 新增备案；新进未满{workdays}个工作日、由原单位备案等情形请说明。
why: 规定范围内的人员应当登记备案（应备尽备）。
needs: [staff, registrations]
*/
select r.unit, r.document, r.row, r.name,
       case when g.state is null then '未在已备案名册中' else '公安尚未入库（备案状态为“' || g.state || '”）' end as problem,
       case when g.state = '已报送公安' then 'notice' end as level,      -- 已经报送的只提示
       c.reg_update_workdays as workdays
from on_register r cross join config c
left join (select unit, id_number, max(state) as state from registrations
           where coalesce(action <> '撤销', true) and state in ('待报送', '已报送公安') group by all) g
  on g.unit = r.unit and g.id_number = r.id_number
where r.is_due and not exists (select 1 from live_registrations l where l.unit = r.unit and l.id_number = r.id_number);

/* X02
title: 人已离开而备案未撤销
level: warning
at: registrations.id_number
says: {name}已不在本单位名册，备案未撤销。
fix: 办理撤销备案，把入库标识改为“撤销”。
why: 人员离开后，应当按规定撤销备案。
needs: [staff, registrations]
*/
select l.unit, l.document, l.row, l.name
from live_registrations l
where not exists (select 1 from on_register r where r.unit = l.unit and r.id_number = l.id_number);

/* X03
title: 备案信息与名册不一致
level: warning
at: registrations.workplace
says: 第{row}行：备案信息与名册不一致：{label}“{filed}”，名册为“{listed}”。
fix: 核对后报送“修改”，或更正名册。
why: 备案信息应当与名册一致，公安据此审核办证。
needs: [staff, registrations]
*/
with paired as (
  select l.unit, l.document, l.row, u.name as unit_name, l.workplace, l.position as filed_position, r.position, s.title,
         l.household as filed_household, r.household, l.political_status as filed_politics, r.political_status
  from live_registrations l
  join on_register r on r.unit = l.unit and r.id_number = l.id_number
  join staff s on s.unit = r.unit and s.document = r.document and s.row = r.row
  join units u on u.unit = l.unit
)
select unit, document, row, 'workplace' as field, '工作单位' as label, workplace as filed, unit_name as listed,
       concat(workplace, '/', unit_name) as value
from paired where workplace <> unit_name
union all      -- 名册的职务或职称，备案时写哪一个都对
select unit, document, row, 'position', '职务（级）或职称', filed_position, concat_ws('、', nullif(position, '无'), title),
       concat(filed_position, '/', position)
from paired where filed_position <> position and coalesce(filed_position <> title, true)
union all
select unit, document, row, 'household', '户口所在地', filed_household, household, concat(filed_household, '/', household)
from paired where filed_household <> household
union all
select unit, document, row, 'political_status', '政治面貌', filed_politics, political_status,
       concat(filed_politics, '/', political_status)
from paired where filed_politics <> political_status;

/* X04
title: 人员变动后未及时更新备案
level: warning
at: staff.status_on
says: {name}{change}已{n}个工作日，未更新备案。
fix: 办理备案变更（新增或撤销）。
why: 人员变动后，应当在规定的工作日内更新备案。
needs: [staff, registrations]
*/
select s.unit, s.document, s.row, s.name, s.status as change, workdays_between(s.status_on, c.as_of, w) as n, 'status_on' as field,
       s.status as value
from staff s cross join config c cross join workday_index w
where s.status in ('退休', '调出', '辞职/解聘', '开除', '死亡') and s.status_on <= c.as_of
  and workdays_between(s.status_on, c.as_of, w) > c.reg_update_workdays
  and exists (select 1 from live_registrations l where l.unit = s.unit and l.id_number = s.id_number)
union all
select r.unit, r.document, r.row, r.name, '进入本单位', workdays_between(r.joined_on, c.as_of, w), 'joined_on', '进入本单位'
from on_register r cross join config c cross join workday_index w
where r.is_due and r.joined_on > c.as_of - cast(c.newcomer_days as integer)      -- 更早进入而没有备案的由 X01 提示
  and workdays_between(r.joined_on, c.as_of, w) > c.reg_update_workdays
  and not exists (select 1 from registrations g where g.unit = r.unit and g.id_number = r.id_number
                  and coalesce(g.action <> '撤销', true) and coalesce(g.state <> '待报送', true));

/* X11
title: 在册人员没有个人报告表
level: error
at: staff.name
says: {name}未提交个人报告表（本单位共缺{n}人）。
fix: 补交个人报告表；在外人员在备注注明原因。
why: 在册人员人人都要报告（应查尽查）。
needs: [staff, declarations]
*/
select r.unit, r.document, r.row, r.name, count(*) over (partition by r.unit) as n
from on_register r
where not exists (select 1 from declarations d where d.unit = r.unit and d.id_number = r.id_number);

/* R23
title: 新增备案日期或入库批号不合规
level: warning
at: registrations.batch
says: 第{row}行：{problem}
fix: 核对备案日期；入库批号为组织机构代码加八位日期。
why: 备案日期和入库批号是查对备案的依据。
needs: [registrations]
*/
select g.unit, g.document, g.row, 'filed_on' as field, g.filed_on::varchar as value,
       '标为“新增”，但备案日期' || strftime(g.filed_on, '%Y-%m-%d') || '不在专项整治期间。' as problem
from registrations g cross join config c
where g.action = '新增' and g.filed_on not between c.campaign_start and c.cutoff
union all
select g.unit, g.document, g.row, 'batch', coalesce(g.batch, '空'),
       coalesce('入库批号“' || g.batch || '”格式不符', '缺少入库批号')
         || coalesce('，应为“' || g.filing_unit_code || strftime(g.filed_on, '%Y%m%d') || '”。', '。')
from registrations g
where g.state in ('已报送公安', '公安已入库')
  and (g.batch is null or g.batch <> g.filing_unit_code || strftime(g.filed_on, '%Y%m%d'));

/* R24
title: 姓、名拆分与姓名不一致
level: error
at: registrations.surname
says: 第{row}行：{problem}
fix: 更正姓、名的拆分，注意复姓。
why: 公安按姓、名分开登记，拆错就查不到。
needs: [registrations, staff]
*/
select g.unit, g.document, g.row, 'error' as level, g.surname || g.given_name as value,
       '姓、名合并为“' || g.surname || g.given_name || '”，与姓名“' || s.name || '”不一致。' as problem
from registrations g join staff s on s.unit = g.unit and s.id_number = g.id_number
where g.surname || g.given_name <> s.name
union all
select g.unit, g.document, g.row, 'warning', g.surname || g.given_name,
       '“' || g.surname || g.given_name || '”可能是复姓“' || surname_of(g.surname || g.given_name) || '”，请核对拆分。'
from registrations g
where surname_of(g.surname || g.given_name) <> g.surname and length(g.surname) = 1;
