-- Small words every query may use. A statement with `macro:` becomes a DuckDB macro; the rest of this folder are views.

/* workdays_between
macro: earlier, later, workdays
holds: 两日之间的工作日数（不含前一日，含后一日；早晚颠倒为负；日历之外为空）。workdays 是查询里连上的 workday_index
*/
(workdays.counts[greatest(0, later - workdays.first + 1)] - workdays.counts[greatest(0, earlier - workdays.first + 1)])

/* add_workdays
macro: start, number_of, workdays
holds: 某日之后第几个工作日；日历之外为空。workdays 同上
*/
(workdays.days[greatest(0, workdays.counts[greatest(0, start - workdays.first + 1)] + number_of)])

/* born
macro: id
holds: 身份证号中的出生日期
*/
cast(try_strptime(substr(id, 7, 8), '%Y%m%d') as date)

/* sex_of
macro: id
holds: 身份证号中的性别
*/
(case try_cast(substr(id, 17, 1) as integer) % 2 when 1 then '男' when 0 then '女' end)

/* tail
macro: long_number
holds: 证件号码尾号（后四位），写进给人看的话里
*/
right(long_number, 4)

/* in_order
macro: days_listed
holds: 几个日期按先后写在一起；没有的为空
*/
array_to_string(list_transform(list_sort(days_listed), lambda day: day::varchar), '、')

/* code_of
macro: labelled
holds: 违规情形标签开头的代码，如 V4a
*/
split_part(labelled, ' ', 1)

/* words_of
macro: labelled
holds: 违规情形标签去掉开头的代码，如 逾期滞留；写进句子用
*/
regexp_replace(labelled, '^V[0-9][a-z]? ', '')

/* surname_of
macro: full_name
holds: 中文姓，识别常见复姓；带间隔号的整体为姓
*/
(case when contains(full_name, '·') then full_name
      when length(full_name) > 2 and left(full_name, 2) in (select c.label from codes c where c.list = 'compound_surname')
        then left(full_name, 2)
      else left(full_name, 1) end)

/* places
macro: place_text
holds: 公安“前往地”拆成国家（地区）列表，去掉“中国”二字前缀
*/
list_distinct(list_filter(
  list_transform(regexp_split_to_array(coalesce(place_text, ''), '[、，,；;/ ]+'),
                 lambda p: case when p in ('中国', '中国内地', '中国大陆', '内地') then '' else regexp_replace(p, '^中国', '') end),
  lambda p: p <> ''))

/* beyond
macro: actual_places, allowed_places
holds: 实际到过而不在批准范围内的国家（地区）
*/
list_filter(coalesce(actual_places, []::varchar[]), lambda p: not list_contains(coalesce(allowed_places, []::varchar[]), p))

/* in_service
macro: on_day, joined, state_of_service, changed_on
holds: 某日是否在册（domain §1.3）：已进入单位，且不是借入、退休、调出、辞职、开除、死亡（变动在该日之后的仍在册）
*/
(coalesce(joined <= on_day, true) and (coalesce(state_of_service, '在岗') not in ('借入', '退休', '调出', '辞职/解聘', '开除', '死亡')
   or coalesce(state_of_service <> '借入' and changed_on > on_day, false)))

/* due_by_scope
macro: scope, category_of_staff, reason_given, secrecy_given
holds: 按 D1 的范围是否应登记备案（只看类别，在册另判）
*/
(case scope
   when 'A' then category_of_staff in ('公务员', '参公', '在编事业', '备案制(报备员额)')
   when 'B' then coalesce(starts_with(reason_given, '单位领导班子') or starts_with(reason_given, '中层干部')
                   or starts_with(reason_given, '人财物') or starts_with(reason_given, '涉密人员'), false)
                 or coalesce(secrecy_given, '非涉密') <> '非涉密'
   else category_of_staff not in ('劳务派遣', '规培/进修(外单位)') end)
