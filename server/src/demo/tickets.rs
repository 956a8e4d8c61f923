//! What the demo company's customers asked, and what was answered.

use shared::sla::Priority;
use shared::tickets::{Channel, Resolution, TicketKind};

/// A ticket from its first message on.
pub struct Story {
    pub name: &'static str,
    /// The contact who asks.
    pub who: &'static str,
    pub category: &'static str,
    pub kind: TicketKind,
    pub channel: Channel,
    /// If it is another one than that of the category.
    pub priority: Option<Priority>,
    pub hours_ago: i64,
    /// Minutes after the turn before, and what happens then.
    pub turns: &'static [(i64, Turn)],
}

#[derive(Clone, Copy)]
pub enum Turn {
    /// The customer says something.
    Heard(&'static str),
    /// Somebody takes it.
    Take(&'static str),
    Reply(&'static str, &'static str),
    /// An answer after which the customer has the next word.
    Wait(&'static str, &'static str),
    Note(&'static str, &'static str),
    Solve(Resolution),
    /// The customer scores attitude, speed and result, and says why.
    Rate([i64; 3], Option<&'static str>),
}

use Turn::{Heard, Note, Rate, Reply, Solve, Take, Wait};

const AGENT: &str = "周倩";
const LEAD: &str = "李静";

const fn story(
    name: &'static str,
    who: &'static str,
    category: &'static str,
    channel: Channel,
    hours_ago: i64,
    turns: &'static [(i64, Turn)],
) -> Story {
    Story { name, who, category, kind: TicketKind::Question, channel, priority: None, hours_ago, turns }
}

pub const STORIES: [Story; 16] = [
    Story {
        kind: TicketKind::Problem,
        priority: Some(Priority::Urgent),
        ..story(
            "温控探头离线，数据中断",
            "孙涛",
            "设备故障",
            Channel::Phone,
            5,
            &[
                (0, Heard("探头 3 号从今早 6 点起没有数据，库里是疫苗，能不能马上派人？")),
                (4, Take(AGENT)),
                (8, Note(AGENT, "同批次探头上周召回过，先远程切到备用通道，备件在上海仓。")),
                (6, Reply(AGENT, "孙经理您好，已切到备用通道，数据已恢复；工程师 13:30 到现场更换探头。")),
                (70, Heard("看到数据了，谢谢。换探头时需要停机吗？停多久？")),
            ],
        )
    },
    story(
        "发票抬头写错了",
        "吴芳",
        "发票与付款",
        Channel::Mail,
        3,
        &[(0, Heard("上月那张专票抬头少了「精密」两个字，税号是对的。能重开吗？"))],
    ),
    Story {
        kind: TicketKind::Problem,
        ..story(
            "VPN error 809 at branch office",
            "Grace Miller",
            "设备故障",
            Channel::Mail,
            30,
            &[
                (
                    0,
                    Heard(
                        "Since Monday nobody at the branch can connect: *Error 809, the network connection between your computer and the VPN server could not be established.*",
                    ),
                ),
                (25, Take(AGENT)),
                (
                    10,
                    Wait(
                        AGENT,
                        "Hello Grace, could you tell us whether UDP ports **500** and **4500** are open on the branch router? They were closed by a firmware update at another site.",
                    ),
                ),
                (
                    600,
                    Heard(
                        "They were closed. We opened both, the same error remains. Log attached in the mail to your colleague.",
                    ),
                ),
            ],
        )
    },
    story(
        "如何导出客户数据",
        "郑洁",
        "使用咨询",
        Channel::Portal,
        50,
        &[
            (0, Heard("我们想把全部家长名单导出成表格，在哪里操作？")),
            (40, Take(AGENT)),
            (
                5,
                Wait(
                    AGENT,
                    "您好，打开「客户」，点右上角「导出」即可：\n\n1. 先用筛选选出家长\n2. 点「导出为 CSV」\n3. 用 Excel 打开\n\n请确认是否解决。",
                ),
            ),
        ],
    ),
    story(
        "退货退款进度",
        "单雪",
        "发票与付款",
        Channel::WalkIn,
        26,
        &[
            (0, Heard("收货第三天申请的退货，东西寄回去一周了，还没有退款。")),
            (15, Take(AGENT)),
            (20, Reply(AGENT, "单店长您好，仓库昨天已签收，退款今天提交，原路退回一般 1–3 个工作日。")),
        ],
    ),
    story(
        "合同电子签收不到短信",
        "何丽",
        "账号与登录",
        Channel::Phone,
        22,
        &[
            (0, Heard("换了手机号，验证码发到旧号上了，合同今天要签。")),
            (30, Take(AGENT)),
            (10, Reply(AGENT, "何总您好，已把签署手机改成新号，请重新获取验证码。")),
            (12, Heard("收到了，已经签好，谢谢！")),
            (5, Solve(Resolution::Fixed)),
        ],
    ),
    story(
        "Invoice in euros possible?",
        "Tom Baker",
        "发票与付款",
        Channel::Mail,
        6,
        &[(0, Heard("Our Dublin store pays in EUR. Can the next invoice be issued in euros?"))],
    ),
    Story {
        kind: TicketKind::Complaint,
        ..story(
            "工程师迟到两小时",
            "曾国强",
            "投诉建议",
            Channel::Phone,
            28,
            &[
                (0, Heard("约好上午十点来装收银机，十二点多才到，也没有电话说一声。")),
                (20, Take(LEAD)),
                (15, Note(LEAD, "调度记录：前一单超时，未按规定通知客户。已同调度核实。")),
                (30, Reply(LEAD, "曾老板，非常抱歉让您久等。本次上门费全免，以后派单前半小时会先打电话确认。")),
            ],
        )
    },
    story(
        "批量导入时手机号变成科学计数",
        "冯强",
        "使用咨询",
        Channel::Portal,
        75,
        &[
            (0, Heard("Excel 导入后手机号显示成 1.38E+10，怎么办？")),
            (35, Take(AGENT)),
            (
                10,
                Reply(
                    AGENT,
                    "请在 Excel 里把该列设成「文本」后另存为 CSV，再导入一次；已导入的可以在「导入」里整批撤销。",
                ),
            ),
            (90, Heard("好了，谢谢。")),
            (2, Solve(Resolution::Answered)),
            (1_500, Rate([5, 4, 5], Some("说得很清楚。"))),
        ],
    ),
    story(
        "无法登录，提示账号已锁定",
        "沈浩",
        "账号与登录",
        Channel::Phone,
        2,
        &[(0, Heard("输错几次密码，现在提示账号已锁定，下午要给老板演示。")), (6, Take(AGENT))],
    ),
    story(
        "Chiller report shows yesterday twice",
        "Peter Otieno",
        "设备故障",
        Channel::Mail,
        55,
        &[
            (0, Heard("The daily chiller report lists 23 November twice and leaves out the 24th.")),
            (50, Take(AGENT)),
            (
                20,
                Wait(
                    AGENT,
                    "Thank you, Peter. Which time zone is set in your profile? The report uses the reader's day.",
                ),
            ),
        ],
    ),
    story(
        "扫码枪识别不了新条码",
        "吴芳",
        "设备故障",
        Channel::Phone,
        98,
        &[
            (0, Heard("新一批标签换了条码格式，扫码枪全都不响。")),
            (18, Take(AGENT)),
            (30, Reply(AGENT, "新标签是 Data Matrix，需要在枪上扫一次配置码，已发到您邮箱。")),
            (240, Heard("配置后可以了。")),
            (10, Solve(Resolution::Fixed)),
            (1_600, Rate([5, 2, 4], Some("停工等了半天，希望换标签前先通知。"))),
        ],
    ),
    story(
        "想增加 5 个座席账号",
        "周敏",
        "账号与登录",
        Channel::Portal,
        1,
        &[(0, Heard("下周新来 5 个客服，请帮忙开通账号，费用怎么算？"))],
    ),
    story(
        "付款后订单仍显示未支付",
        "韩梅",
        "发票与付款",
        Channel::Phone,
        46,
        &[
            (0, Heard("昨天下午网银付的 3,600 元，订单还是「待支付」。")),
            (10, Take(AGENT)),
            (12, Note(AGENT, "对公账户到账有延迟，财务说今天 15 点前入账。")),
            (4, Wait(AGENT, "韩总监您好，网银对公付款最迟次日入账，今天 15:00 后请再看一下订单。")),
        ],
    ),
    story(
        "Data processing agreement",
        "Ruth Gray",
        "使用咨询",
        Channel::Mail,
        120,
        &[
            (0, Heard("Please send the current data processing agreement with the list of sub-processors.")),
            (55, Take(LEAD)),
            (
                30,
                Reply(
                    LEAD,
                    "Dear Ruth, both documents are attached to the contract in your portal since this morning.",
                ),
            ),
            (300, Heard("Found them, thank you.")),
            (5, Solve(Resolution::Answered)),
            (1_700, Rate([5, 5, 5], None)),
        ],
    ),
    story(
        "会员积分没有到账",
        "何丽",
        "使用咨询",
        Channel::Portal,
        8,
        &[
            (0, Heard("周末活动的双倍积分，有 12 位客人没有到账，名单在表里。")),
            (45, Take(AGENT)),
            (10, Note(AGENT, "活动规则里排除了储值卡支付，先核对这 12 位的支付方式。")),
        ],
    ),
];
