"""Settlements of invented shops in the forms of several platforms."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
import xlsxwriter

from selfproof import extract
from selfproof.intake import take
from selfproof.model import Carrier, Document, Page, Value, Word, box_quad
from selfproof.read import read
from selfproof.statements.headings import Columns
from selfproof.statements.signs import signed
from tests.settlements import read_table, settled

LAYOUTS = {
    "commissions summed up beside what else is kept": (
        ("小红书商家结算明细\n店铺,样例手作皂\n订单号,实际结算时间,用户在线支付金额,退款金额,佣金总额,其中达人佣金,支付渠道费,结算金额\n"
        "1,2026-03-05,100.00,0.00,8.00,3.00,2.00,90.00\n2,2026-03-06,50.00,0.00,4.00,1.50,1.00,45.00\n"),
        {"gross": "150.00", "refunds": "0.00", "fees": "15.00", "net": "135.00", "store": "样例手作皂"},
    ),
    "a ledger that says apart which way it went and what it was": (
        ("视频号小店资金流水\n记账时间,资金流水单号,收支类型,动账类型,金额(元)\n"
        "2026-03-05 10:00:00,1,收入,订单支付,100.00\n2026-03-05 10:00:00,2,支出,技术服务费,5.00\n"
        "2026-03-06 10:00:00,3,收入,订单支付,40.00\n2026-03-07 10:00:00,4,支出,订单退款,40.00\n"),
        {"gross": "140.00", "refunds": "40.00", "fees": "5.00", "net": "95.00"},
    ),
    "a title whose signs are set wide": (
        ("抖,店,资,金,结,算,单\n店铺名称,样例收纳店\n结算日期,订单总额,退款,平台服务费,结算金额\n"
        "2026-03-05,100.00,0.00,8.00,92.00\n2026-03-06,50.00,0.00,4.00,46.00\n"),
        {"gross": "150.00", "fees": "12.00", "net": "138.00", "institution": "抖店"},
    ),
    "goods' numbers beside what they sold for": (
        ("抖店结算账单\n店铺名称：样例收纳店\n结算时间,订单号,商品ID,结算金额,订单实付,退款金额,平台服务费,达人佣金\n"
        "2026-03-05 10:00:00,'6920001,3520001177,92.00,100.00,0.00,3.00,5.00\n"
        "2026-03-06 10:00:00,'6920002,3520001178,46.00,50.00,0.00,1.50,2.50\n"),
        {"gross": "150.00", "refunds": "0.00", "fees": "12.00", "net": "138.00"},
    ),
    "coupons redeemed and paid to the shop": (
        ("抖音生活服务门店账单\n商家昵称：样例粉店\n核销日期,核销金额,退单金额,佣金及其他费用,商家到账\n"
        "2026-03-05,100.00,0.00,12.00,88.00\n2026-03-06,50.00,10.00,4.80,35.20\n"),
        {"gross": "150.00", "refunds": "10.00", "fees": "16.80", "net": "123.20", "store": "样例粉店"},
    ),
    "printed totals of income and costs beside their parts": (
        ("抖店结算账单\n店铺名称：样例收纳店\n结算周期：2026-03-01 至 2026-03-31\n"
        "结算时间,订单号,商品名称,订单实付应结,平台补贴,收入合计,平台服务费,佣金,支出合计,结算金额,退款金额\n"
        "2026-03-05 10:00:00,'6920001,箱,95.00,5.00,100.00,-5.00,-10.00,-15.00,85.00,0.00\n"
        "2026-03-06 10:00:00,'6920002,架,50.00,0.00,50.00,-2.50,0.00,-2.50,47.50,0.00\n"),
        {"gross": "150.00", "fees": "17.50", "net": "132.50", "refunds": "0.00", "sum_breaks": 0},
    ),
    "a printed total of costs that holds what went back": (
        ("快手小店订单结算\n店铺名称：样例粮油铺\n"
        "订单号,实际结算时间,订单实付(元),订单退款(元),技术服务费(元),达人佣金(元),合计支出(元),实际结算金额(元)\n"
        "'6920001,2026-03-05,100.00,0.00,5.00,10.00,15.00,85.00\n'6920002,2026-03-06,50.00,50.00,0.00,0.00,50.00,0.00\n"
        "'6920003,2026-03-07,60.00,20.00,2.00,4.00,26.00,34.00\n"),
        {"gross": "210.00", "refunds": "70.00", "fees": "21.00", "net": "119.00", "sum_breaks": 0},
    ),
    "what each line moved, with what the platform added": (
        ("动账时间,动账流水号,动账方向,动账金额,动账场景,订单实付应结,实际平台补贴,订单退款,平台服务费\n"
        "2026-03-05 10:00:00,'1,入账,98.00,货款结算入账,100.00,3.00,0.00,-5.00\n"
        "2026-03-06 10:00:00,'2,入账,47.50,货款结算入账,50.00,0.00,0.00,-2.50\n"
        "2026-03-07 10:00:00,'3,出账,50.00,结算后退款,0.00,0.00,-50.00,0.00\n"),
        {"gross": "150.00", "refunds": "50.00", "fees": "7.50", "net": "95.50"},
    ),
    "a market abroad in English": (
        ("TikTok Shop Settlement Report\nOrder ID,Order created time,Order settled time,Total settlement amount,"
        "Subtotal after seller discounts,Refund subtotal after seller discounts,"
        "Total fees,Transaction fee,Commission fee,Affiliate commission\n"
        "'6920001,2026/03/01,2026/03/05,90.00,100.00,0.00,-10.00,-2.00,-5.00,-3.00\n"
        "'6920002,2026/03/01,2026/03/05,0.00,50.00,-50.00,0.00,0.00,0.00,0.00\n"),
        {"gross": "150.00", "refunds": "50.00", "fees": "10.00", "net": "90.00"},
    ),
    "a market abroad that pays out between its orders": (
        ("amazon,All amounts in USD\ndate/time,type,order id,product sales,selling fees,total\n"
        "2026-03-05,Order,1,100.00,-15.00,85.00\n2026-03-06,Order,2,50.00,-7.50,42.50\n2026-03-07,Transfer,,0,0,-60.00\n"),
        {"gross": "150.00", "fees": "22.50", "net": "127.50", "n_transactions": 2},
    ),
    "a list of orders of which some were never paid and one was paid back": (
        ("商品,订单号,订单状态,商品总价(元),店铺优惠折扣(元),平台优惠折扣(元),用户实付金额(元),商家实收金额(元),订单成交时间,售后状态\n"
        "样例托盘,1,已签收,60.00,2.00,1.00,57.00,58.00,2026-03-01 09:00:00,无售后\n"
        "样例托盘,2,待支付,60.00,0.00,1.00,59.00,60.00,2026-03-02 09:00:00,无售后\n"
        "样例托盘,3,已取消,60.00,2.00,0.00,58.00,58.00,2026-03-02 09:00:00,无售后\n"
        "样例托盘,4,未发货，退款成功,40.00,2.00,0.00,38.00,38.00,2026-03-04 09:00:00,退款成功\n"),
        {"gross": "100.00", "refunds": "40.00", "net": "58.00", "n_transactions": 2},
    ),
    "a list of fees that names no platform": (
        ("订单编号,单据类型,订单状态,商品编号,应结金额,费用名称,收支方向,售后服务单号,佣金比例,费用结算时间\n"
        "291,订单,完成,1001,60.00,货款,收入,,,2026-03-01 09:00:00\n"
        "291,订单,完成,1001,-3.00,佣金,支出,,5.00%,2026-03-01 09:00:00\n"
        "292,订单,完成,1001,40.00,货款,收入,,,2026-03-02 09:00:00\n"
        "292,售后服务单,完成,1001,-40.00,货款,支出,77,,2026-03-09 09:00:00\n"),
        {"gross": "100.00", "refunds": "40.00", "fees": "3.00", "net": "57.00", "n_transactions": 4},
    ),
    "commissions beside a sum of others, and what buyers pay for the way": (
        ("小红书商家结算账单\n店铺名称,样例手作铺\n订单号,结算时间,商品实付/实退,平台优惠补贴,运费实付/实退,佣金总额,支付渠道费,分销佣金,应结算金额\n"
        "1,2026-03-01,100.00,0.00,8.00,-5.00,-1.00,-10.00,92.00\n2,2026-03-02,50.00,0.00,0.00,-2.50,-0.50,0.00,47.00\n"),
        {"gross": "158.00", "fees": "19.00", "net": "139.00"},
    ),
    "a hotel's nights by the words of its bill": (
        ("携程酒店结算对账单\n酒店名称：样例民宿\n序号,订单号,客人,入住,离店,间夜,状态,卖价(元),退款(元),佣金(元),结算价(元)\n"
        "1,71,样某,2026-03-01,2026-03-04,3,已离店,894.00,0.00,107.28,786.72\n"
        "2,72,样某,2026-03-02,2026-03-03,1,已取消,300.00,0.00,0.00,0.00\n"
        "3,73,样某,2026-03-05,2026-03-06,1,提前离店,328.00,328.00,0.00,0.00\n"),
        {"gross": "1222.00", "refunds": "328.00", "fees": "107.28", "net": "786.72", "n_transactions": 2},
    ),
    "a shop's ledger by the words of its movements": (
        ("店铺名称,样例茶事\n导出区间,2026-03-01 至 2026-03-31\n"
        "流水时间,流水类型,收支,金额(元),账户余额(元),关联订单号,关联售后单号,备注\n"
        "2026-03-01 10:00:00,订单收入,收入,100.00,200.00,1,,\n2026-03-01 10:00:00,技术服务费,支出,5.00,195.00,1,,\n"
        "2026-03-04 10:00:00,订单退款,支出,30.00,165.00,1,2,\n2026-03-05 10:00:00,提现,支出,60.00,105.00,,,\n"),
        {"gross": "100.00", "refunds": "30.00", "fees": "5.00", "net": "65.00"},
    ),
    "boxes are sold with the meals in them": (
        ("美团外卖商家账单\n门店名称：样例水饺（南门店）（门店编号 18264431）\n"
        "账单日期,订单号,商品总价,餐盒费,商家活动支出,佣金,配送服务费,商家应收款\n"
        "2026-03-01,1,52.00,2.00,-5.00,-3.00,-5.00,41.00\n2026-03-02,2,30.00,1.00,0.00,-2.00,-4.00,25.00\n"),
        {"gross": "85.00", "fees": "14.00", "net": "66.00", "store": "样例水饺（南门店）"},
    ),
    "what customers and the platform paid is one income": (
        ("快手小店结算单\n商家名称,订单号,订单实付(元),平台补贴(元),合计收入(元),订单退款(元),技术服务费(元),达人佣金(元),合计支出(元),"
        "实际结算金额(元),实际结算时间\n样例干货铺,1,88.00,4.00,92.00,0,4.00,15.00,19.00,73.00,2026-03-09\n"
        "样例干货铺,2,40.00,0.00,40.00,0,2.00,0.00,2.00,38.00,2026-03-10\n"),
        {"gross": "132.00", "fees": "21.00", "net": "111.00", "store": "样例干货铺"},
    ),
    "an income that is less by what went back": (
        ("快手小店结算单\n商家名称,订单号,订单实付(元),平台补贴(元),合计收入(元),订单退款(元),技术服务费(元),合计支出(元),"
        "实际结算金额(元),实际结算时间\n样例干货铺,1,88.00,4.00,92.00,0,4.00,4.00,88.00,2026-03-09\n"
        "样例干货铺,2,40.00,0.00,0.00,40.00,0.00,0.00,0.00,2026-03-10\n"),
        {"gross": "132.00", "refunds": "40.00", "fees": "4.00", "net": "88.00"},
    ),
    "a market abroad in Chinese": (
        ("Shopee 收入报告\n卖家用户名,sample.shop\n"
        "订单编号,拨款完成日期,商品原价,您的商品折扣,您退款给买家的金额,Shopee提供的商品回扣,佣金,总拨款金额\n"
        "1,2026-03-05,100.00,-10.00,0.00,0.00,-6.00,84.00\n2,2026-03-06,50.00,0.00,-50.00,0.00,0.00,0.00\n"),
        {"gross": "150.00", "refunds": "50.00", "fees": "6.00", "net": "84.00", "store": "sample.shop"},
    ),
    "a ledger that is told by its columns alone, beside a balance": (
        ("账务流水号,关联业务单号,入账时间,账务方向,发生额（元）,期末余额（元）,业务类型,描述\n"
        "'1,'91,2026-03-05 10:00:00,收入,100.00,1100.00,货款结算,订单货款\n"
        "'2,'91,2026-03-05 10:00:00,支出,5.00,1095.00,技术服务费,服务费\n"
        "'3,'92,2026-03-06 10:00:00,支出,40.00,1055.00,售后退款,结算后退款\n"),
        {"gross": "100.00", "refunds": "40.00", "fees": "5.00", "net": "55.00"},
    ),
    "days of reconciliation, and prices before what was let off": (
        ("京东秒送商家结算单\n商家名称：样例药房\n"
        "对账日期,有效订单数,订单原价总额,商家优惠,货款佣金,取消及售后退款,结算金额\n"
        "2026-03-05,4,100.00,-10.00,-8.00,0.00,82.00\n2026-03-06,2,50.00,0.00,-4.00,-10.00,36.00\n"),
        {"gross": "150.00", "refunds": "10.00", "fees": "12.00", "net": "118.00", "store": "样例药房"},
    ),
    "the shop that redeemed, under its own heading": (
        ("抖音来客-分账明细\n核销时间,核销门店,券码,顾客实付金额,软件服务费,商家应得\n"
        "2026-03-05 10:00:00,样例烤肉,'1**,100.00,2.50,97.50\n2026-03-06 10:00:00,样例烤肉,'2**,50.00,1.25,48.75\n"),
        {"gross": "150.00", "fees": "3.75", "net": "146.25", "store": "样例烤肉"},
    ),
    "a shop whose name is of several Latin words": (
        ("速卖通放款明细表\n店铺：Sample Garden Store\n订单号,放款时间,订单金额,退款金额,平台佣金,放款金额\n"
        "'1,2026-03-05,100.00,0.00,8.00,92.00\n'2,2026-03-06,50.00,0.00,4.00,46.00\n"),
        {"gross": "150.00", "fees": "12.00", "net": "138.00", "store": "SampleGardenStore"},
    ),
    "an English list that is told by its columns alone": (
        ("Transaction report\n--Seller,sample_teaware\nTransaction creation date,Type,Order number,Legacy order ID,"
        "Final Value Fee - fixed,Final Value Fee - variable,International fee,Gross transaction amount,Net amount\n"
        "2026-03-05,Order,'1,'1,-0.30,-9.70,-1.00,100.00,89.00\n2026-03-06,Order,'2,'2,-0.30,-4.70,0.00,50.00,45.00\n"
        "2026-03-07,Refund,'2,'2,0.00,4.70,0.00,-50.00,-45.30\n2026-03-08,Payout,--,--,--,--,--,--,-80.00\n"),
        {"gross": "150.00", "refunds": "50.00", "fees": "11.30", "net": "88.70", "n_transactions": 3},
    ),
    "a hotel's nights less what it let off": (
        ("美团酒店订单账单\n订单ID,商家名称,入住时间,离店时间,房费总额,商家促销,平台佣金,退款金额,结算价\n"
        "'1,样例客栈,2026-03-05,2026-03-06,100.00,10.00,9.00,0.00,81.00\n"
        "'2,样例客栈,2026-03-06,2026-03-07,50.00,0.00,5.00,45.00,0.00\n"),
        {"gross": "150.00", "refunds": "45.00", "fees": "14.00", "net": "81.00", "store": "样例客栈"},
    ),
    "a ledger under its platform's name, beside a balance": (
        ("微店资金明细\n店铺：样例手作\n发生时间,财务流水号,业务类型,收入(元),支出(元),余额(元)\n"
        "2026-03-05 10:00:00,'1,订单收入,100.00,,177.00\n"
        "2026-03-05 10:00:00,'2,交易手续费,,1.00,176.00\n2026-03-06 10:00:00,'3,订单退款,,40.00,136.00\n"),
        {"gross": "100.00", "refunds": "40.00", "fees": "1.00", "net": "59.00", "store": "样例手作"},
    ),
    "a ledger in two columns with pay-outs": (
        ("拼多多货款明细\n店铺：样小店\n商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账务类型,备注\n"
        "260301-1\t,2026-03-01 12:00:00,29.90,0.00,交易收入,\n260301-2\t,2026-03-02 12:00:00,59.90,0.00,交易收入,\n"
        "260301-1\t,2026-03-03 12:00:00,0.00,-29.90,退款,\n260301-2\t,2026-03-03 13:00:00,0.00,-0.36,技术服务费,\n"
        ",2026-03-05 13:00:00,0.00,-50.00,提现,\n"),
        {"gross": "89.80", "refunds": "29.90", "fees": "0.36", "net": "59.54", "n_transactions": 5},
    ),
    "a ledger with a direction and signed costs": (
        ("京东商家结算单\n商家名称,样例家居店\n商家ID,10009999\n账期,2026-02-01~2026-02-28\n"
        "订单编号,费用项,业务时间,收支方向,金额,结算状态\n29001,货款,2026-02-03 10:00:00,收入,200.00,已结算\n"
        "29001,佣金,2026-02-03 10:00:00,支出,-16.00,已结算\n29002,货款,2026-02-05 10:00:00,收入,80.00,已结算\n"
        "29002,售后退货,2026-02-15 10:00:00,支出,-80.00,已结算\n合计,,,,184.00,\n"),
        {"gross": "280.00", "refunds": "80.00", "fees": "16.00", "net": "184.00", "store": "样例家居店",
         "account": "10009999", "period": "2026-02-01/2026-02-28"},
    ),
    "orders taken back as negative lines": (
        ("美团外卖商家对账单\n门店名称,样例面馆\n账单日期,订单号,交易类型,商品总价,商家活动支出,平台服务费,商家应收款\n"
        "2026-01-02,1,外卖,40.00,-8.00,-6.00,26.00\n2026-01-03,2,外卖,60.00,-10.00,-9.00,41.00\n"
        "2026-01-04,2,退款,-60.00,10.00,9.00,-41.00\n合计,,,40.00,-8.00,-6.00,26.00\n"),
        {"gross": "100.00", "refunds": "60.00", "fees": "6.00", "net": "26.00", "store": "样例面馆"},
    ),
    "orders with their shop's number before its name": (
        ("订单编号,买家应付货款,总金额,买家实际支付金额,订单状态,订单付款时间,店铺Id,店铺名称,卖家服务费,退款金额\n"
        "29001,100.00,100.00,100.00,交易成功,2026-03-02 21:00:00,0,样例瓷器店,0,0.00\n"
        "29002,60.00,60.00,60.00,交易关闭,2026-03-03 18:00:00,0,样例瓷器店,0,60.00\n"),
        {"store": "样例瓷器店", "gross": "160.00", "refunds": "60.00", "n_transactions": 2},
    ),
    "a day's sales and what was settled of them": (
        ("拼多多商家结算日账单\n店铺名称：样例干货店\n日期,交易收入,退款金额,技术服务费,推广费,当日结算\n"
        "2026-05-01,300.00,-20.00,-18.00,-9.00,253.00\n2026-05-02,200.00,0,-12.00,-6.00,182.00\n"
        "合计,500.00,-20.00,-30.00,-15.00,435.00\n"),
        {"gross": "500.00", "refunds": "20.00", "fees": "45.00", "net": "435.00", "store": "样例干货店"},
    ),
    "what was struck of orders": (
        ("抖店日结算账单\n店铺名称：样例干货店\n结算日期,订单成交额,退款金额,平台服务费,结算金额\n"
        "2026-05-01,300.00,20.00,18.00,262.00\n2026-05-02,200.00,0,12.00,188.00\n"),
        {"gross": "500.00", "refunds": "20.00", "fees": "30.00", "net": "450.00", "store": "样例干货店"},
    ),
    "the store in a column": (
        ("饿了么账单明细\n账单日期,门店名称,订单号,菜品金额,平台抽佣,应结金额\n"
        "2026/3/1,样例粥铺,e1,30,4.5,25.5\n2026/3/2,样例粥铺,e2,20,3,17\n"),
        {"gross": "50.00", "fees": "7.50", "net": "42.50", "store": "样例粥铺"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_sales_refunds_fees_and_what_is_left(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    facts = settled(text)
    assert {name: str(facts[name]) for name in expected} == {name: str(value) for name, value in expected.items()}


SUMMARIES = {
    "names beside counts and amounts": (
        "美团外卖商家月度账单\n商家名称：样例面馆\n账单月份：2026年05月\n项目,笔数,金额（元）\n订单交易总额,6021,184230.50\n"
        "退款金额,88,-3120.80\n平台服务费（佣金）,,-29476.88\n配送服务费,,-5210.00\n应结算金额,,146422.82\n"
    ),
    "amounts under their names": (
        "抖店月结单\n店铺名称,样例面馆\n账单周期,2026-05-01至2026-05-31\n"
        "本月交易额,售后退款,支出合计,其中佣金,实际到账\n184230.50,3120.80,34686.88,29476.88,146422.82\n"
    ),
    "last month's amounts beside, and what was set right": (
        "天猫商家月度结算汇总\n店铺：样例面馆\n结算月份：2026年5月\n类目,本月金额(元),上月金额(元)\n交易收款,184230.50,140022.10\n"
        "交易退款,-3120.80,-3220.00\n平台佣金,-34686.88,-11001.00\n其他调整,-88.00,0.00\n本月结算金额,146334.82,125801.10\n"
    ),
    "what is left over": (
        "拼多多商家月度对账单\n店铺名称：样例面馆\n对账月份：2026-05\n类目,金额(元),说明\n交易收入,184230.50,含优惠券\n"
        "退款支出,-3120.80,售后\n技术服务费,-29476.88,\n营销推广费,-5210.00,\n本月结余,146422.82,\n"
    ),
    "which way each amount went before its name": (
        "天猫商家月度结算账单\n店铺名称：样例面馆\n账单月份：2026年5月\n收支类型,费用项目,笔数,金额（元）\n收入,交易收款,1284,184230.50\n"
        "支出,交易退款,147,-3120.80\n支出,天猫佣金,917,-29476.88\n支出,淘宝客佣金,383,-5210.00\n合计,本期结算净额,,146422.82\n"
    ),
    "dashes where nothing was counted, and a span without a label": (
        "美团酒店商家月度结算单\n商家名称,样例面馆\n2026年05月01日-2026年05月31日\n项目,订单数,间夜,金额（元）\n预付订单房费,60,90,184230.50\n"
        "取消/退款,3,5,-3120.80\n平台佣金,—,—,-29476.88\n推广通,—,—,-5210.00\n本期结算金额,—,—,146422.82\n"
    ),
    "a time glued to its day, and what the platform added": (
        "京东商家结算单\n店铺名称：样例面馆\n结算周期：2026-05-0100:00:00 至 2026-05-3123:59:59\n"
        "收支,费用类型,笔数,金额（元）\n收入,货款,136,184230.50\n"
        "收入,京豆补贴,21,60.00\n支出,售后退款,6,-3120.80\n支出,平台佣金,136,-29476.88\n支出,京准通扣款,1,-5210.00\n应结金额,,,146482.82\n"
    ),
    "a month without a label, and bags and promotion by their names": (
        "美团外卖商家对账单\n门店：样例面馆\n2026年5月\n大类,明细,单数,金额（元）\n订单收入,商品金额,612,184230.50\n"
        "订单支出,技术服务费,612,-29476.88\n订单支出,部分退款,9,-3120.80\n订单支出,推广充值,2,-5210.00\n账单金额合计,,,146422.82\n"
    ),
    "a sum without a name of what is left": (
        "店铺月度账务汇总\n店铺名称,样例面馆\n账务月份,2026-05\n平台,拼多多\n收支,账务类型,笔数,金额(元)\n收入,交易收入,412,184230.50\n"
        "支出,退款,19,-3120.80\n支出,技术服务费,431,-29476.88\n支出,多多进宝佣金,66,-5210.00\n合计,,,146422.82\n"
    ),
    "parts of what was sold and kept, and both sums called settled": (
        "视频号小店月度结算报告\n小店名称：样例面馆\n结算月份：2026年05月\n结算收入,184230.50\n其中：商品货款,184000.00\n其中：运费,230.50\n"
        "退款,3120.80\n平台扣费合计,34686.88\n其中：技术服务费,34000.00\n其中：达人佣金,686.88\n实际结算金额,146422.82\n"
    ),
    "sums with their parts below, of a shop's own offers": (
        "拼多多账单总览\n店铺名称：样例面馆\n账单时间：2026-05-01 至 2026-05-31\n"
        "交易收入,184230.50\n支出合计,-37807.68\n退款,-3120.80\n"
        "技术服务费,-29476.88\n多多进宝,-5210.00\n净收入,146422.82\n"
    ),
    "a carrier's month": (
        "运满满运费账单\n店铺名称：样例面馆\n2026-05-01 至 2026-05-31\n"
        "运费总额,184230.50\n平台服务费,-34686.88\n退还货主,-3120.80\n实收运费,146422.82\n"
    ),
    "movements listed below": (
        "抖店月账单\n店铺名称：样例面馆\n账单月份：2026年5月\n"
        "订单收入（62单）,¥184230.50\n信息费,-¥34686.88\n退款/退还,-¥3120.80\n本月净收入,¥146422.82\n"
        "05-31 13:41,订单收入,+200.00\n信息费,-26.00\n05-30 10:22,订单收入,+300.00\n信息费,-39.00\n"
    ),
    "a line for each month": (
        "淘宝店铺资金月报\n店铺名称：样例面馆\n统计区间：2026-05-01 至 2026-05-31\n"
        "月份,成交金额,退款金额,技术服务费,推广费,结算金额\n2026年5月,184230.50,3120.80,29476.88,5210.00,146422.82\n"
    ),
}


@pytest.mark.parametrize("layout", SUMMARIES)
def test_a_bill_without_days_gives_its_sums_and_its_month_and_no_day(layout: str) -> None:
    layout_text = SUMMARIES[layout]
    facts = settled(layout_text)
    sums = {"gross": "184230.50", "refunds": "3120.80", "fees": "34686.88"}
    assert {name: str(facts[name]) for name in sums} == sums
    left = next(
        (left for said, left in (("调整", "146334.82"), ("京豆", "146482.82")) if said in layout_text), "146422.82"
    )
    assert str(facts["net"]) == left
    assert (facts["period"], facts["months[2026-05].receipts"]) == ("2026-05-01/2026-05-31", Decimal("181109.70"))
    assert facts["store"] == "样例面馆"
    assert not {"first_date", "last_date", "n_transactions"} & facts.keys()


def test_what_a_page_sums_up_is_told_where_a_line_was_lost_in_its_layout() -> None:
    rows = [("携程酒店结算账单",), ("账单周期：2026-03-01 至 2026-03-31",), ("离店日期", "订单号", "订单金额", "佣金")]
    rows += [(f"2026-03-0{day}", f"10{day}", "100.00", "10.00") for day in range(1, 4)]
    rows += [("2026-", "104", "100.00", "10.00"), ("卖价合计：400.00", "佣金合计：40.00", "应结算金额：360.00")]
    words = tuple(
        Word(cell, box_quad((0.05 + 0.22 * column, 0.05 + 0.03 * number, 0.25 + 0.22 * column, 0.07 + 0.03 * number)))
        for number, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    )
    page = Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 595, 842, words),))
    found = {fact.field: str(fact.value) for fact in extract.extract(page)[0].facts}
    assert (found["gross"], found["fees"], found["net"]) == ("400.00", "40.00", "360.00")
    assert "first_date" not in found


def test_headings_of_two_lines_beside_such_of_one_are_columns_of_their_own() -> None:
    heads = {
        1.0: {3: "平台技术", 4: "履约技术"},
        1.5: {0: "账单日期", 1: "原价", 2: "退款", 5: "其他扣款", 6: "结算金额"},
    }
    heads |= {2.0: {3: "服务费", 4: "服务费"}}
    rows = [("2026-03-01", "100.00", "0.00", "-5.00", "-9.00", "0.00", "86.00")]
    rows += [("2026-03-02", "60.00", "-10.00", "-3.00", "-6.00", "-1.00", "40.00")]
    lines = heads | {3.0 + number: dict(enumerate(row)) for number, row in enumerate(rows)}
    lines |= {0.0: {0: "饿了么商家月度账单"}}
    words = tuple(
        Word(cell, box_quad((0.03 + 0.14 * at, 0.05 + 0.03 * top, 0.13 + 0.14 * at, 0.063 + 0.03 * top)))
        for top, cells in sorted(lines.items())
        for at, cell in cells.items()
    )
    page = Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 595, 842, words),))
    found = {fact.field: str(fact.value) for fact in extract.extract(page)[0].facts}
    assert [found[name] for name in ("gross", "refunds", "fees", "net")] == ["160.00", "10.00", "24.00", "126.00"]


def test_a_bill_without_lines_that_does_not_add_up_is_not_read() -> None:
    text = SUMMARIES["names beside counts and amounts"]
    assert read_table(text.replace("146422.82", "156422.82")).kind == "unknown"
    assert read_table(text.replace("配送服务费", "神秘项目")).kind == "unknown"


def test_a_printed_sum_of_costs_that_holds_the_refunds_is_parted_from_them_or_nothing_is_told() -> None:
    text = SUMMARIES["amounts under their names"]
    whole = text.replace("34686.88,29476.88", "37807.68,34686.88")
    assert (settled(whole)["fees"], settled(whole)["refunds"]) == (Decimal("34686.88"), Decimal("3120.80"))
    assert read_table(text.replace("34686.88,29476.88", "37807.68,29476.88")).kind == "unknown"


def test_what_a_shop_hopes_to_earn_or_a_bill_of_no_month_is_not_read() -> None:
    text = SUMMARIES["names beside counts and amounts"]
    assert read_table(text.replace("月度账单", "月度利润测算")).kind == "unknown"
    assert read_table(text.replace("账单月份：2026年05月\n", "")).kind == "unknown"


def test_a_bill_for_two_months_gives_no_month() -> None:
    text = SUMMARIES["amounts under their names"].replace("2026-05-31", "2026-06-30")
    assert not any(name.startswith("months[") for name in settled(text))


def test_fees_are_not_told_where_no_line_adds_up_to_what_is_left() -> None:
    rows = "2026-04-01,30,-3,-2,25\n2026-04-02,20,-2,-2,16\n"
    text = f"美团账单\n门店名称：样例粥铺\n账单日期,商品原价,佣金,{{}},商家应收款\n{rows}"
    assert settled(text.format("平台服务费（抽成）"))["fees"] == Decimal(9)
    unnamed = settled(text.format("神秘项目"))
    assert "fees" not in unnamed
    assert unnamed["net"] == Decimal(41)


def test_an_amount_without_a_name_is_what_is_left_where_the_lines_say_so() -> None:
    text = (
        "店铺名称,样例女装店\n动账时间,动账方向,订单实付应结,平台服务费,订单退款,动账金额,动账摘要\n"
        "2026-07-01,入账,100.00,-6.00,0,{},抖店订单结算\n2026-07-02,入账,50.00,-3.00,0,{},抖店订单结算\n"
    )
    assert settled(text.format("94.00", "47.00"))["net"] == Decimal(141)
    assert "net" not in settled(text.format("90.00", "40.00"))


def test_of_columns_without_a_known_name_the_lines_tell_what_was_sold_or_is_left() -> None:
    text = (
        "快手小店账单\n店铺名称：样例肉铺\n结算时间,{},售后退款,技术服务费,{}\n"
        "2026-07-01,100.00,0.00,6.00,{}\n2026-07-02,50.00,10.00,3.00,{}\n"
    )
    named = settled(text.format("订单实付", "神秘项目", "94.00", "37.00"))
    assert (named["net"], named["refunds"], named["fees"]) == (Decimal(131), Decimal(10), Decimal(9))
    sold = settled(text.format("神秘项目", "结算金额", "94.00", "37.00"))
    assert (sold["gross"], sold["net"]) == (Decimal(150), Decimal(131))
    assert "net" not in settled(text.format("订单实付", "神秘项目", "90.00", "30.00"))
    free = "".join(f"2026-07-{day:02},30.00,0.00,0.00,30.00\n" for day in range(3, 9))
    assert "net" not in settled(text.format("订单实付", "神秘项目", "100.00", "50.00") + free)


def test_fees_are_not_told_where_what_was_sold_is_not_and_a_column_of_costs_has_no_name() -> None:
    rows = "2026-04-01,-3.00,-2.00,25.00\n2026-04-02,-2.00,-2.00,16.00\n"
    text = f"美团账单\n门店名称：样例粥铺\n账单日期,佣金,{{}},商家应收款\n{rows}"
    assert "fees" not in settled(text.format("神秘项目"))
    assert settled(text.format("物流费用"))["fees"] == Decimal(9)


def test_a_platforms_name_inside_a_number_names_none() -> None:
    text = (
        "收钱吧商户对账单\n商户名称,样例面馆\n商户编号,829900001\n交易日期,收款通道,订单号,交易金额,手续费,结算金额\n"
    )
    rows = "2026-07-01,微信,2916882,10.00,0.04,9.96\n2026-07-02,微信,2916883,20.00,0.08,19.92\n"
    assert read_table(text + rows).kind == "acquirer_statement"


def test_a_ledger_names_its_shop_in_a_column() -> None:
    text = (
        "动账时间,动账方向,动账金额,动账场景,订单号,店铺名称\n2026-07-01,入账,100.00,货款结算入账,1,样例果业\n"
        "2026-07-01,出账,6.00,平台服务费,1,样例果业\n2026-07-02,出账,20.00,售后退款,1,样例果业\n"
    )
    facts = settled(text)
    assert (facts["gross"], facts["refunds"], facts["fees"], facts["store"]) == (
        Decimal(100),
        Decimal(20),
        Decimal(6),
        "样例果业",
    )


@pytest.mark.parametrize(
    "text",
    [
        (
            "记账时间,动帐类型,收支类型,收支金额,账户余额,关联订单号,关联售后单号\n"
            "2026-07-01,订单收入,收入,100.00,100.00,1,\n2026-07-01,技术服务费,支出,6.00,94.00,1,\n"
            "2026-07-02,售后退款,支出,20.00,74.00,1,7\n2026-07-03,提现,支出,70.00,4.00,,\n"
        ),
        (
            "商家昵称,入帐日期,入帐类型,收入金额(元),支出金额(元),业务描述\n样例果业,2026-07-01,交易收款,100.00,0.00,货款\n"
            "样例果业,2026-07-01,软件服务费,0.00,6.00,佣金\n样例果业,2026-07-02,交易退款,0.00,20.00,售后退款\n"
        ),
    ],
)
def test_a_ledger_without_a_platform_s_name_is_known_by_columns_that_only_platforms_have(text: str) -> None:
    facts = settled(text)
    assert [str(facts[name]) for name in ("gross", "refunds", "fees")] == ["100.00", "20.00", "6.00"]


def test_an_account_of_a_shop_that_was_only_paid_is_a_ledger_and_a_purse_s_is_none() -> None:
    lines = "创建时间,交易类型描述,收入（元）,支出（元）,账户余额（元）\n"
    lines += "2026-07-01,订单结算入账,90.00,,90.00\n2026-07-02,提现,,80.00,10.00\n"
    facts = settled("小红书店铺账户明细\n" + lines)
    assert (facts["gross"], facts["institution"], facts["months[2026-07].receipts"]) == (90, "小红书", 90)
    assert read_table("小红书明细\n" + lines).kind != "platform_statement"


def test_what_is_moved_beside_commissions_is_what_is_left() -> None:
    text = (
        "小红书结算明细\n订单号,结算时间,交易类型,动账金额,商品实付/实退,平台优惠补贴,佣金,分销佣金\n1,2026-07-01,订单结算,88.00,100.00,3.00,-5.00,-10.00\n"
        "2,2026-07-02,退款,-38.00,-40.00,0.00,2.00,0.00\n3,2026-07-03,订单结算,47.50,50.00,0.00,-2.50,0.00\n"
    )
    facts = settled(text)
    sums = [str(facts[name]) for name in ("gross", "refunds", "fees", "net", "sum_breaks")]
    assert sums == ["150.00", "40.00", "15.50", "97.50", "0"]


def test_an_order_that_nobody_paid_sold_nothing() -> None:
    text = (
        "淘宝订单\n订单编号,总金额,买家实际支付金额,订单状态,订单付款时间,订单创建时间,店铺名称,卖家服务费,退款金额\n"
        "1,100.00,100.00,交易成功,2026-07-01 10:00:00,2026-07-01 09:00:00,样例家居,2.00,0.00\n"
        "2,70.00,0.00,等待买家付款,,2026-07-02 09:00:00,样例家居,0.00,0.00\n"
        "3,60.00,0.00,交易关闭,,2026-07-02 09:00:00,样例家居,0.00,0.00\n"
        "4,50.00,50.00,交易关闭,2026-07-03 10:00:00,2026-07-03 09:00:00,样例家居,0.00,50.00\n"
    )
    facts = settled(text)
    assert (facts["gross"], facts["refunds"], facts["n_transactions"]) == (150, 50, 2)


def test_the_cover_of_a_workbook_names_the_platform_and_the_time() -> None:
    cover = [["饿了么商家账单"], ["门店名称", "样例烧饼铺"], ["账单周期", "2026-07-01 至 2026-07-31"]]
    said = [["字段", "说明"], ["门店名称", "商家在平台登记的名称"]]
    lines = [["账单日期", "商品原价", "平台佣金", "结算金额"], ["2026-07-01", 30, -2, 28], ["2026-07-02", 20, -1, 19]]
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole) as book:
        for name, rows in {"字段说明": said, "账单汇总": cover, "账单明细": lines}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    (extraction,) = extract.extract(read(take(whole.getvalue(), "settlement.xlsx")))
    facts = {fact.field: str(fact.value) for fact in extraction.facts}
    told = [facts[name] for name in ("institution", "store", "period", "net")]
    assert told == ["饿了么", "样例烧饼铺", "2026-07-01/2026-07-31", "47.00"]


def test_a_ledger_whose_one_amount_is_called_settled_is_told_by_what_its_lines_are() -> None:
    lines = (
        "京东商家结算单,店铺名称,样例茶叶店",
        "订单编号,单据类型,费用项,结算金额,收支方向,费用发生时间",
        "3001,订单,货款,200.00,收入,2026-03-01 10:00:00",
        "3001,订单,佣金,-10.00,支出,2026-03-01 10:00:00",
        "3002,订单,货款,100.00,收入,2026-03-02 10:00:00",
        "3003,售后服务单,货款,-40.00,支出,2026-03-03 10:00:00",
    )
    facts = settled("\n".join(lines))
    sums = {name: str(facts[name]) for name in ("gross", "refunds", "fees", "net")}
    assert sums == {"gross": "300.00", "refunds": "40.00", "fees": "10.00", "net": "250.00"}


def test_delivery_that_the_shop_pays_is_a_fee() -> None:
    text = (
        "饿了么账单\n门店名称：样例粥铺\n账单日期,商品原价,佣金,配送费,结算金额\n2026-04-01,30.00,-3.00,-2.00,25.00\n"
    )
    assert settled(text)["fees"] == Decimal("5.00")


def test_what_is_sold_in_another_currency_is_told_and_is_no_receipt() -> None:
    heads = "date/time,type,order id,product sales,selling fees,total"
    lines = "2026-03-05,Order,1,100.00,-15.00,85.00\n2026-03-06,Order,2,50.00,-7.50,42.50\n"
    for said, receipts in (("amounts in USD", None), ("", None), ("amounts in CNY", Decimal("150.00"))):
        extraction = read_table(f"amazon,{said}\n{heads}\n{lines}")
        facts = {fact.field: fact.value for fact in extraction.facts}
        assert facts["gross"] == Decimal("150.00")
        assert facts.get("months[2026-03].receipts") == receipts
    columns = heads.replace("type", "currency")
    mixed = lines.replace("Order,1", "CNY,1").replace("Order,2", "VND,2")
    facts = {fact.field: fact.value for fact in read_table(f"amazon,\n{columns}\n{mixed}").facts}
    assert facts["months[2026-03].receipts"] == Decimal("100.00")


def test_receipts_are_net_of_refunds_and_own_discounts_and_not_of_fees() -> None:
    facts = settled(LAYOUTS["orders taken back as negative lines"][0])
    assert facts["months[2026-01].receipts"] == Decimal("32.00")


def test_a_sort_of_amount_without_a_column_is_not_told() -> None:
    assert "refunds" not in settled(LAYOUTS["the store in a column"][0])


def test_a_sheet_that_only_sums_up_another_counts_once() -> None:
    days = "结算时间,订单实付金额,技术服务费,实际结算金额\n2026-03-31,700.00,35.00,665.00\n"
    facts = settled(_HEAD + "\n".join(_ROWS) + "\n" + days)
    assert (facts["n_transactions"], facts["gross"], facts["net"]) == (7, Decimal("700.00"), Decimal("665.00"))


def test_several_stores_in_one_file_are_no_single_store() -> None:
    text = LAYOUTS["the store in a column"][0].replace("2026/3/2,样例粥铺", "2026/3/2,样例面馆")
    assert "store" not in settled(text)


_ROWS = [f"2026-03-{day:02d},k{day},100.00,0.00,5.00,95.00" for day in range(1, 8)]
_HEAD = "快手小店结算账单\n店铺名称：样例农货\n结算时间,订单编号,订单实付金额,退款金额,技术服务费,实际结算金额\n"


def test_a_changed_amount_no_longer_adds_up() -> None:
    changed = [*_ROWS[:3], _ROWS[3].replace("95.00", "895.00"), *_ROWS[4:]]
    assert settled(_HEAD + "\n".join(_ROWS))["sum_breaks"] == 0
    assert settled(_HEAD + "\n".join(changed))["sum_breaks"] == 1


def test_a_printed_sum_that_is_not_its_columns_is_a_break() -> None:
    assert settled(_HEAD + "\n".join([*_ROWS, "合计,,700.00,0.00,35.00,665.00"]))["sum_breaks"] == 0
    assert settled(_HEAD + "\n".join([*_ROWS, "合计,,900.00,0.00,35.00,865.00"]))["sum_breaks"] == 1


OTHERS = {
    "a card acquirer's": (
        "收单商户对账单\n"
        "商户号：8980\n"
        "交易日期,终端号,卡号,交易金额,手续费,结算金额\n"
        "2026-03-01,1,6222****1,100.00,0.38,99.62\n"
    ),
    "a sheet between two firms": (
        "样例塑业货款对账单\n"
        "日期,送货单号,品名,数量,单价,金额\n"
        "2026-03-01,S1,箱,10,5.00,50.00\n"
        "2026-03-02,S2,箱,20,5.00,100.00\n"
    ),
    "a shop's own takings by the day": (
        "样例面馆营业日报\n日期,营业额,优惠金额,实收金额,现金,微信,支付宝,美团\n"
        "2026-03-01,1200.00,100.00,1100.00,100.00,500.00,300.00,200.00\n"
    ),
    "a list of orders": (
        "订单编号,下单时间,商品名称,数量,单价,订单金额\n1,2026-03-01,箱,1,5.00,5.00\n2,2026-03-01,箱,1,5.00,5.00\n"
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_no_platform_settled_is_not_called_so(other: str) -> None:
    assert read_table(OTHERS[other]).kind != "platform_statement"


HEADS = ("结算时间", "订单实付金额", "平台服务费", "结算金额")


def _photographed(*orders: tuple[str, str, str, str]) -> dict[str, Value]:
    words = [Word("抖店结算账单", box_quad((0.3, 0.05, 0.6, 0.07)))]
    for number, cells in enumerate((HEADS, *orders)):
        places = ((0.05 + 0.2 * column, 0.1 + 0.03 * number) for column in range(len(cells)))
        words += [Word(cell, box_quad((x, y, x + 0.1, y + 0.02))) for cell, (x, y) in zip(cells, places, strict=True)]
    seen = tuple(replace(word, alternatives=tuple(((char, 0.99),) for char in word.text)) for word in words)
    page = Page(1, 1600, 1200, seen)
    (extraction,) = extract.extract(Document("0" * 64, "image/jpeg", Carrier.OCR, (page,)))
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "platform_statement"}


def test_a_photographed_settlement_is_told_only_when_it_is_whole_and_adds_up() -> None:
    first, second = ("2026-03-01", "100.00", "-5.00", "95.00"), ("2026-03-02", "40.00", "-2.00", "38.00")
    facts = _photographed(first, second)
    assert (facts["gross"], facts["fees"], facts["net"]) == (Decimal("140.00"), Decimal("7.00"), Decimal("133.00"))
    assert not _photographed(first, (*second[:3], "33.00"))
    assert not _photographed(first, second, ("2026-03-04", "10.00", "-1.00", "9.O"))
    assert not _photographed(first, second, ("2026-O3-O3", "10.00", "-1.00", "9.00"), first)


def test_a_bracket_inside_the_stores_name_does_not_end_it() -> None:
    text = LAYOUTS["printed totals of income and costs beside their parts"][0].replace("收纳店", "收纳（湖滨店）")
    assert settled(text)["store"] == "样例收纳（湖滨店）"
    assert settled(text.replace("\n结算周期", "结算周期"))["store"] == "样例收纳（湖滨店）"


HEADINGS = Columns(
    {"date": (0,), "gross": (1,), "discount": (2,), "fee": (3, 4), "net": (5,)},
    ("日期", "订单原价", "商家活动补贴", "平台服务费", "配送服务费", "结算金额"),
)
SETTLED = ("2026-03-09", "76.69", "-1.38", "-6.14", "-3.90", "65.27")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (("2026-03-10", "74.93", "-3.91", "5.99", "-2.96", "62.07"), "-5.99"),
        (("2026-03-10", "74.93", "-3.91", "5.99", "2.96", "62.07"), "-5.99"),
        (("2026-03-10", "74.93", "-3.91", "5.99", "-2.96", "62.97"), "5.99"),  # adds up with no sign: left as it is
        (("2026-03-10", "74.93", "-3.91", "5.99", "-2.96", "74.05"), "5.99"),  # a credit that adds up as printed
    ],
)
def test_a_lost_minus_is_put_back_only_where_the_line_then_adds_up(seen: tuple[str, ...], expected: str) -> None:
    rows = signed((HEADINGS.headings, SETTLED, SETTLED, SETTLED, seen), HEADINGS, 1)
    assert rows[:4] == (HEADINGS.headings, SETTLED, SETTLED, SETTLED)
    assert rows[4][3] == expected


def test_a_settlement_in_thousands_is_told_in_yuan() -> None:
    lines = "2026-01-03,99,100.00,5.00,95.00\n2026-01-04,98,1.5,0.1,1.4\n合计,,101.5,5.1,96.4\n"
    facts = settled(f"单位：千元\n结算日期,订单编号,订单金额,佣金,结算金额\n{lines}")
    assert (facts["gross"], facts["net"], facts["sum_breaks"]) == (Decimal(101500), Decimal(96400), 0)


def test_a_column_of_running_numbers_is_no_column_of_amounts() -> None:
    rows = [("美团外卖商家结算单",), ("账单日期", "订单序号", "商家应收", "退款", "技术服务费", "结算金额")]
    rows += [(f"2026-03-0{day}", f"{day}", "100.00", "0.00", "-5.00", "95.00") for day in range(1, 6)]
    words = tuple(
        Word(cell, box_quad((0.05 + 0.15 * column, 0.05 + 0.03 * number, 0.15 + 0.15 * column, 0.07 + 0.03 * number)))
        for number, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    )
    page = Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 595, 842, words),))
    found = {fact.field: fact.value for fact in extract.extract(page)[0].facts}
    assert (found.get("gross"), found["net"]) == (None, Decimal("475.00"))
