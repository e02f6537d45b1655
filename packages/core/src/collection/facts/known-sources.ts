/** What kind of site visitors come from. */
export type SourceKind = "search" | "social" | "video" | "email" | "ai";

/** A site that many visitors come from. */
export interface KnownSource {
  name: string;
  kind: SourceKind;
}

/** A name, the hosts that stand for it (`google.*`: of any country), and after a bar the words of `utm_source`. */
type Row = readonly [name: string, hosts: string];

const search: readonly Row[] = [
  ["Google", "google.* com.google.android.googlequicksearchbox | google googleads adwords"],
  ["Bing", "bing.com com.microsoft.bing | bing bingads"],
  ["DuckDuckGo", "duckduckgo.com com.duckduckgo.mobile.android | duckduckgo ddg"],
  ["Yahoo", "search.yahoo.com search.yahoo.co.jp | yahoo"],
  ["Yandex", "yandex.* ya.ru | yandex"],
  ["Baidu", "baidu.com | baidu"],
  ["Ecosia", "ecosia.org com.ecosia.android | ecosia"],
  ["Qwant", "qwant.com | qwant"],
  ["Startpage", "startpage.com | startpage"],
  ["Brave", "search.brave.com com.brave.browser | brave"],
  ["Kagi", "kagi.com | kagi"],
  ["Naver", "search.naver.com | naver"],
  ["Daum", "search.daum.net | daum"],
  ["Seznam", "seznam.cz | seznam"],
  ["Sogou", "sogou.com | sogou"],
  ["360 Search", "so.com"],
  ["Coc Coc", "coccoc.com"],
  ["AOL", "search.aol.com | aol"],
  ["Ask", "ask.com | ask"],
  ["Swisscows", "swisscows.com"],
  ["Mojeek", "mojeek.com"],
  ["MetaGer", "metager.org metager.de"],
  ["Rambler", "rambler.ru"],
  ["Mail.ru Search", "go.mail.ru"],
  ["Petal Search", "petalsearch.com"],
  ["T-Online", "suche.t-online.de"],
  ["WEB.DE Search", "suche.web.de"],
  ["GMX Search", "suche.gmx.net"],
  ["Dogpile", "dogpile.com"],
  ["SearXNG", "searx.be"],
];

const social: readonly Row[] = [
  ["Facebook", "facebook.com fb.com fb.me com.facebook.katana | facebook fb meta"],
  ["Instagram", "instagram.com com.instagram.android | instagram ig"],
  ["X", "x.com twitter.com t.co com.twitter.android | x twitter tw"],
  ["LinkedIn", "linkedin.com lnkd.in com.linkedin.android | linkedin li"],
  ["Threads", "threads.net threads.com | threads"],
  ["Reddit", "reddit.com redd.it com.reddit.frontpage | reddit"],
  ["Pinterest", "pinterest.com pinterest.* pin.it com.pinterest | pinterest"],
  ["TikTok", "tiktok.com com.zhiliaoapp.musically | tiktok"],
  ["Snapchat", "snapchat.com com.snapchat.android | snapchat"],
  ["Bluesky", "bsky.app go.bsky.app | bluesky bsky"],
  ["Mastodon", "mastodon.social mastodon.online mstdn.social org.joinmastodon.android | mastodon"],
  ["WhatsApp", "whatsapp.com wa.me com.whatsapp | whatsapp"],
  ["Telegram", "telegram.org t.me web.telegram.org org.telegram.messenger | telegram"],
  ["Messenger", "messenger.com m.me com.facebook.orca | messenger"],
  ["Discord", "discord.com discord.gg discordapp.com com.discord | discord"],
  ["Slack", "slack.com com.slack | slack"],
  ["Microsoft Teams", "teams.microsoft.com teams.live.com | teams"],
  ["VK", "vk.com vk.ru com.vkontakte.android | vk"],
  ["Odnoklassniki", "ok.ru"],
  ["Weibo", "weibo.com weibo.cn | weibo"],
  ["WeChat", "weixin.qq.com mp.weixin.qq.com com.tencent.mm | wechat"],
  ["LINE", "line.me jp.naver.line.android | line"],
  ["KakaoTalk", "kakao.com com.kakao.talk | kakao"],
  ["Tumblr", "tumblr.com | tumblr"],
  ["Quora", "quora.com | quora"],
  ["Medium", "medium.com"],
  ["Hacker News", "news.ycombinator.com hckrnews.com | hackernews hn"],
  ["Lobsters", "lobste.rs"],
  ["Product Hunt", "producthunt.com | producthunt"],
  ["Nextdoor", "nextdoor.com | nextdoor"],
  ["XING", "xing.com | xing"],
  ["Stack Overflow", "stackoverflow.com"],
];

const video: readonly Row[] = [
  ["YouTube", "youtube.com youtu.be com.google.android.youtube | youtube yt"],
  ["Vimeo", "vimeo.com | vimeo"],
  ["Twitch", "twitch.tv tv.twitch.android.app | twitch"],
  ["Dailymotion", "dailymotion.com | dailymotion"],
  ["Bilibili", "bilibili.com | bilibili"],
  ["Niconico", "nicovideo.jp"],
  ["Rumble", "rumble.com"],
];

const email: readonly Row[] = [
  ["Gmail", "mail.google.com com.google.android.gm | gmail"],
  [
    "Outlook",
    "outlook.live.com outlook.office.com outlook.office365.com com.microsoft.office.outlook | outlook",
  ],
  ["Yahoo Mail", "mail.yahoo.com mail.yahoo.co.jp com.yahoo.mobile.client.android.mail"],
  ["Proton Mail", "mail.proton.me ch.protonmail.android | protonmail"],
  ["iCloud Mail", "icloud.com"],
  ["Fastmail", "app.fastmail.com | fastmail"],
  ["GMX", "deref-gmx.net deref-gmx.com navigator-bs.gmx.net | gmx"],
  ["WEB.DE", "deref-web.de deref-web-02.de navigator-bs.web.de"],
  ["Mail.ru", "e.mail.ru"],
  ["Yandex Mail", "mail.yandex.ru mail.yandex.com"],
  ["Zoho Mail", "mail.zoho.com mail.zoho.eu"],
  ["Mailchimp", "mailchi.mp list-manage.com | mailchimp"],
  ["Substack", "| substack"],
];

const ai: readonly Row[] = [
  ["ChatGPT", "chatgpt.com chat.openai.com com.openai.chatgpt | chatgpt openai"],
  ["Claude", "claude.ai com.anthropic.claude | claude"],
  ["Gemini", "gemini.google.com bard.google.com com.google.android.apps.bard | gemini"],
  ["Copilot", "copilot.microsoft.com copilot.cloud.microsoft com.microsoft.copilot | copilot"],
  ["Perplexity", "perplexity.ai ai.perplexity.app.android | perplexity"],
  ["DeepSeek", "chat.deepseek.com com.deepseek.chat | deepseek"],
  ["Le Chat", "chat.mistral.ai | mistral"],
  ["Grok", "grok.com ai.x.grok | grok"],
  ["Meta AI", "meta.ai"],
  ["You.com", "you.com"],
  ["Poe", "poe.com | poe"],
  ["Phind", "phind.com"],
];

const byHost = new Map<string, KnownSource>();
const byWord = new Map<string, KnownSource>();

for (const [kind, rows] of Object.entries({ search, social, video, email, ai })) {
  for (const [name, text] of rows) {
    const source = { name, kind: kind as SourceKind };
    const [hosts = "", words = ""] = text.split("|");
    for (const host of hosts.split(" ").filter(Boolean)) byHost.set(host, source);
    for (const word of words.split(" ").filter(Boolean)) byWord.set(word, source);
  }
}

// What follows "google" in google.com, google.de, google.co.uk and google.com.br.
const country = /\.(?:com?\.)?[a-z]{2,3}$/;

/** The site that this host, in lower case, is of. Of a site in many countries, other services are on hosts below: docs.google.com. */
export function knownHost(host: string): KnownSource | undefined {
  for (let rest = host; rest.includes("."); rest = rest.slice(rest.indexOf(".") + 1)) {
    const found = byHost.get(rest);
    if (found !== undefined) return found;
  }
  return byHost.get(host.replace(country, ".*"));
}

/** The site that this `utm_source`, in lower case, names. */
export function knownWord(word: string): KnownSource | undefined {
  return byWord.get(word) ?? knownHost(word);
}
