-- 处理与情节的对照（X34）：每种处理方式有多重，每种违规情形在什么情节下可以处理到多轻、多重。对照表由局里按研究意见修改。

/* severity_steps
holds: 处理的轻重分级，label 为每一级的说法
columns: step, label
*/
select * from (values (1, '批评教育'), (2, '诫勉'), (3, '调离岗位或警告'), (4, '免职、降职或记过'), (5, '撤职、降级'), (6, '开除'))
  as levels(step, label);

/* method_severity
holds: 每种处理方式属于哪一级；移交纪检监察机关的由纪检监察机关处理，不在此比较
columns: method, step
*/
select c.label as method, v.step
from (values
  ('H01', 1), ('H11', 1),                                        -- 批评教育、通报批评
  ('H02', 2),                                                    -- 诫勉
  ('H03', 3), ('P1', 3), ('G1', 3), ('S1', 3),                   -- 调离岗位；党内、政务、事业单位警告
  ('H04', 4), ('H05', 4), ('H06', 4),                            -- 责令辞职、免职、降职
  ('P2', 4), ('G2', 4), ('G3', 4), ('S2', 4),                    -- 党内严重警告；记过、记大过
  ('P3', 5), ('P4', 5), ('G4', 5), ('G5', 5), ('S3', 5),         -- 撤销党内职务、留党察看；降级、撤职
  ('P5', 6), ('G6', 6), ('S4', 6)) as v(code, step)              -- 开除
join codes c on c.list = 'sanction_method' and c.code = v.code
join severity_steps s on s.step = v.step;

/* severity_matrix
holds: 对照表：违规情形（代码）、情节，最轻、最重可以处理到哪一级。同一人同类情形在回溯期内达到 repeated_violations 次的按“多次”
columns: code, circumstance, lightest, heaviest
*/
select * from (values
  ('V1', '一般', 1, 4), ('V1', '多次', 2, 5),       -- 违规办理
  ('V2', '一般', 1, 4), ('V2', '多次', 2, 5),       -- 违规持有
  ('V3', '一般', 1, 5), ('V3', '多次', 2, 6),       -- 瞒报持有
  ('V4a', '一般', 1, 5), ('V4a', '多次', 2, 6),     -- 无任何手续
  ('V4b', '一般', 1, 4), ('V4b', '多次', 2, 5),     -- 以请假代替审批
  ('V4c', '一般', 1, 4), ('V4c', '多次', 2, 5),     -- 事后补批
  ('V4d', '一般', 2, 6), ('V4d', '多次', 3, 6),     -- 不予批准或禁批期内出境
  ('V5a', '一般', 1, 5), ('V5a', '多次', 2, 6),     -- 逾期滞留
  ('V5b', '一般', 1, 4), ('V5b', '多次', 2, 5),     -- 擅自变更行程
  ('V5c', '一般', 1, 3), ('V5c', '多次', 2, 4),     -- 擅自变更日期
  ('V5d', '一般', 1, 3), ('V5d', '多次', 2, 4),     -- 事由不符
  ('V5e', '一般', 1, 4), ('V5e', '多次', 2, 5),     -- 使用非审批证件
  ('V6', '一般', 1, 5), ('V6', '多次', 2, 6),       -- 瞒报出国（境）
  ('V7a', '一般', 1, 4), ('V7b', '一般', 1, 4), ('V7c', '一般', 1, 5), ('V7d', '一般', 1, 4), ('V7e', '一般', 1, 3), ('V7f', '一般', 1, 4),
  ('V8a', '一般', 1, 4), ('V8b', '一般', 1, 4), ('V8c', '一般', 1, 4), ('V8d', '一般', 1, 5)) as matrix(code, circumstance, lightest, heaviest);

/* severity_judged
holds: 材料9每行每种情形与对照表的比较：step 为本行处理的级别，heaviest_given 为此人所受最重的一级（移交的为最重），lightest、heaviest 为对照表所定
columns: unit, document, row, name, code, violation, circumstance, method, step, heaviest_given, lightest, heaviest
needs: [sanctions]
*/
with each_code as (
  select unit, document, row, name, id_number, method, violated_on, unnest(violation) as violation from sanctions_by_method
  where role = '当事人' or role is null
), counted as (
  select e.*, code_of(e.violation) as code, m.step,
         count(distinct e.violated_on) over (partition by e.unit, e.id_number, e.violation) as times,
         max(coalesce(m.step, 9)) over (partition by e.unit, e.id_number) as heaviest_given
  from each_code e left join method_severity m on m.method = e.method
)
select k.unit, k.document, k.row, k.name, k.code, k.violation, case when x.circumstance = '一般' then '' else x.circumstance end as circumstance,
       k.method, k.step, k.heaviest_given, x.lightest, x.heaviest
from counted k cross join config c
join severity_matrix x on x.code = k.code and x.circumstance = case when k.times >= c.repeated_violations then '多次' else '一般' end
where k.method is not null
