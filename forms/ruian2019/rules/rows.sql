-- 一行之内：日期先后、天数、编号、证件与去向是否说得通。

/* R01
title: 出境晚于入境
level: error
at: trips.exit_on
says: 第{row}行：出境日期{exit_on}晚于入境日期{entry_on}。
fix: 核对两个日期。
why: 先出境，后入境，颠倒必有一个日期有误。
needs: []
*/
select unit, 'trips' as origin, document, row, exit_on, entry_on from trips where exit_on > entry_on
union all      -- 材料8本人报告的、材料10列出的行程
select unit, origin, document, row, exit_on, entry_on from declared_trips where exit_on > entry_on
union all
select unit, 'violations', document, row, exit_on, entry_on from violations where exit_on > entry_on;

/* R02
title: 在外天数
level: notice
at: trips.days
says: 第{row}行：在外天数（{days}天）{how}应为{n}天，已更正。
fix: 无需处理。
why: 在外天数由出境、入境日期算出，各单位算法一致才能比较。
needs: [trips]
*/
select c.unit, c.document, c.row, c.days as n, t.days,
       case when k.days_inclusive then '按含出入境当日计算' else '按入境日期减出境日期' end as how
from trip_checks c cross join config k join trips t on t.unit = c.unit and t.document = c.document and t.row = c.row
where t.days <> c.days and c.exit_on <= c.entry_on;

/* R03
title: 早于统计起始日的行程
level: notice
at: trips.exit_on
says: 第{row}行：{name}{exit_on}的出境早于{since}，不计入统计。
fix: 可以删除该行。
why: 本次只统计规定起始日期以后的行程。
needs: [trips]
*/
select t.unit, t.document, t.row, t.name, t.exit_on, c.trip_lookback_start as since from trips t cross join config c
where t.exit_on < c.trip_lookback_start;

/* R04
title: 到本单位以前（离开以后）的行程
level: notice
at: trips.exit_on
says: 第{row}行：{name}{exit_on}出境时不在本单位工作，不作为违规统计，请在备注说明。
fix: 审批情况选“不需审批(入职前/离职后)”。
why: 不在本单位工作期间的行程，不由本单位审批。
needs: [trips, staff]
*/
select unit, document, row, name, exit_on from trip_checks
where not employed and approval <> '不需审批(入职前/离职后)';

/* R10
title: 出境时证件尚未签发或已过期
level: error
at: trips.number
says: 第{row}行：{name}{exit_on}出境时所用证件（尾号{tail}）{problem}，请核对证件号码。
fix: 核对出境日期和证件号码。
why: 证件在有效期内才能出境，日期或号码可能有误。
needs: [trips, certificates]
*/
select t.unit, t.document, t.row, t.name, t.exit_on, tail(t.number) as tail, t.number as value,
       case when m.issued_on > t.exit_on then '尚未签发（' || m.issued_on || '签发）' else '已过期（有效期至' || m.expires_on || '）' end
         as problem
from trips t join certificates m on m.unit = t.unit and m.kind = t.kind and m.number = t.number
where m.issued_on > t.exit_on or m.expires_on < t.exit_on;

/* R11
title: 所用证件与去向不合
level: warning
at: trips.kind
says: 第{row}行：前往{places}一般使用{proper}，不用{kind}，请核对（经港澳转机可说明）。
fix: 核对证件种类，或说明。
why: 不同的去向使用不同的证件，用错的可能登记有误。
needs: [trips]
*/
select unit, document, row, destinations as places, kind,
       case when list_contains(destinations, '台湾') and kind <> '大陆居民往来台湾通行证' then '大陆居民往来台湾通行证'
            when len(beyond(destinations, ['香港', '澳门', '台湾'])) > 0 then '普通护照' else '往来港澳通行证' end as proper
from trips
where nature = '因私'
  and ((list_contains(destinations, '台湾') and kind <> '大陆居民往来台湾通行证')
    or (list_has_any(destinations, ['香港', '澳门']) and len(destinations) = len(list_intersect(destinations, ['香港', '澳门']))
        and kind = '大陆居民往来台湾通行证')
    or (len(beyond(destinations, ['香港', '澳门', '台湾'])) > 0 and kind <> '普通护照'));

/* R18
title: 处理早于违规
level: error
at: sanctions.decided_on
says: 第{row}行：{problem}
fix: 核对处理日期和违规日期。
why: 先有违规，后有处理，颠倒必有一个日期有误。
needs: [sanctions]
*/
select unit, document, row, 'error' as level, name || '的处理日期' || decided_on || '早于违规日期' || violated_on || '。' as problem
from sanctions where decided_on < violated_on
union all
select s.unit, s.document, s.row, 'warning',
       s.name || '的处理日期' || s.decided_on || '早于' || c.trip_lookback_start || '，请核对是否应列入本表。'
from sanctions s cross join config c where s.decided_on < c.trip_lookback_start;

/* R19
title: 非党员受党纪处分
level: error
at: sanctions.class
says: 第{row}行：{name}政治面貌为“{political_status}”，不是中共党员，不适用党纪处分（{method}）。
fix: 更正处理类别和处理方式，或更正政治面貌。
why: 党纪处分只适用于中共党员。
needs: [sanctions]
*/
select unit, document, row, name, political_status, method
from sanctions_by_method
where method in ('党内警告', '党内严重警告', '撤销党内职务', '留党察看', '开除党籍')
  and political_status not in ('中共党员', '中共预备党员')
