"""Tells the language of a message among the city's eleven (Chinese in two scripts), and keeps to it."""

import re
from collections.abc import Mapping
from pathlib import Path
from unicodedata import normalize

import py3langid.langid as langid
import yaml

from assistant.plain import plainly
from tools.value import Value

LEXICON = Path(__file__).parent / "language_lexicon.yaml"
STATISTICAL = ("en", "es", "ht", "pt", "zh", "vi", "fr", "ar", "so", "ru")
"""The languages that py3langid knows of ours; Cape Verdean Creole it does not."""

LEAST_WORDS = 3
"""A message of fewer words never switches the language of a conversation, unless its script does."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ONLY_VIETNAMESE = re.compile(r"\b\w*[ăđơưạảẹẻẽịỉọỏụủỵỷỹ\u1ea4-\u1ef1]\w*", re.IGNORECASE)
"""Words with letters that none of the other languages has."""

_LATIN_WORD = re.compile(r"[^\W\d_]+")
_TRADITIONAL = frozenset(
    "個們這來時說對開關點樓車電燈號門問題嗎沒會請謝還樹濕壞麼處裡頭廣東話見聽讓從後過進邊讀寫買賣錢兒學區條鐵輛燒壓議報據應該當實變體發動員單國權與為無論種語財產別於獨領張歷況屬約際認義務勞業長聯維護則並將"
    "給經續觸術歲滿雙備養醫療費錯誤導線網絡紅綠黃藍橋鄰舊難緊幫協裝設築廁擾聲響氣汙環衛淨掃運輸計劃證執遷違規檢驗罰駕駛標誌貨鎖啟閉鐘場園圖書館優雜亂層階級樣殘齡婦寶貝媽爺戶願總統選舉憲參獻記錄純爭競擇終結"
    "組織練罷險貧寧靜適態麗塵飛馬魚鳥龍龜齊齒亞歐貿遠達遲遺鄉醜釋針鋼鑰鏡閒間閱隊陽陰隨隱雖雞離靈頁項順須頓預顏顧風飯驚髒鬥鬧"
)
_SIMPLIFIED = frozenset(
    "个们这来时说对开关点楼车电灯号门问题吗没会请谢还树湿坏么处里头广东话见听让从后过进边读写买卖钱儿学区条铁辆烧压议报据应该当实变体发动员单国权与为无论种语财产别于独领张历况属约际认义务劳业长联维护则并将"
    "给经续触术岁满双备养医疗费错误导线网络红绿黄蓝桥邻旧难紧帮协装设筑厕扰声响气污环卫净扫运输计划证执迁违规检验罚驾驶标志货锁启闭钟场园图书馆优杂乱层阶级样残龄妇宝贝妈爷户愿总统选举宪参献记录纯争竞择终结"
    "组织练罢险贫宁静适态丽尘飞马鱼鸟龙龟齐齿亚欧贸远达迟遗乡丑释针钢钥镜闲间阅队阳阴随隐虽鸡离灵页项顺须顿预颜顾风饭惊脏斗闹"
)
_NAMES = {
    "english": "en", "ingles": "en", "anglais": "en", "espanol": "es", "spanish": "es", "castellano": "es",
    "kreyol": "ht", "haitian": "ht", "creole": "ht", "portugues": "pt", "portuguese": "pt",
    "chinese": "zh-Hans", "mandarin": "zh-Hans", "cantonese": "zh-Hant", "中文": "zh-Hans", "普通话": "zh-Hans",
    "粵語": "zh-Hant", "繁體": "zh-Hant", "vietnamese": "vi", "tieng viet": "vi", "kriolu": "kea",
    "cape verdean": "kea", "kabuverdianu": "kea", "french": "fr", "francais": "fr", "arabic": "ar",
    "العربية": "ar", "بالعربية": "ar", "عربي": "ar", "بالعربي": "ar", "عربية": "ar", "somali": "so", "soomaali": "so",
    "soomaaliga": "so", "af-soomaali": "so", "russian": "ru", "русскии": "ru", "русском": "ru", "по-русски": "ru",
    "по русски": "ru", "po russki": "ru", "kriol": "kea", "krioulu": "kea", "kabuverdi": "kea",
}  # fmt: skip
"""Names of languages in their plain form: й stands there as и."""

_ASKS = re.compile(
    r"\b(?:speak|in|habla|hablo|en|pale|fala|nói|noi|parle|parlez|please|por favor|can we|switch to"
    r"|говорит\w*|говори|говорим|пиш\w+|напиш\w+|можно|на|ответ\w+|переид\w+"
    r"|تكلم\w*|تتكلم\w*|تحدث\w*|تتحدث\w*|احك\w*|تحكي|اكتب\w*|جاوب\w*|من فضلك|ممكن|اريد|بدي"
    r"|hadal|hadasho|hadashaa|qor|fadlan|papia|fala|skrebe|responde|pur favor)\b"
    r"|^\W*\w+(?: \w+)?\W*$"
)


class Detected(Value):
    """A language and how sure we are, 0 to 1."""

    language: str
    confidence: float


class LanguageReader:
    """Reads the language of messages. Building it loads the statistics once."""

    def __init__(self, lexicon: Mapping[str, frozenset[str]], only: Mapping[str, frozenset[str]]) -> None:
        self._lexicon = lexicon
        self._only = only
        self._identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(STATISTICAL))

    def detect(self, text: str, *, previous: str | None = None, chosen: bool = False) -> Detected:
        """The language of a text. A language that was chosen sticks; a short text keeps the previous one."""
        if asked := self.asks_for(text):
            return Detected(language=asked, confidence=0.99)
        if chosen and previous is not None:
            return Detected(language=previous, confidence=0.99)
        if script := _by_script(text):
            alike = script.language == "zh-Hans" and previous == "zh-Hant" and not _SIMPLIFIED.intersection(text)
            return script.model_copy(update={"language": previous}) if alike else script
        words = [plainly(word) for word in _LATIN_WORD.findall(text)]
        if previous is not None and len(words) < LEAST_WORDS:
            return Detected(language=previous, confidence=0.5)
        scores = self._scores(text, words)
        best = _best(scores)
        unsure = previous is not None and best.language != previous and best.confidence < 0.8
        stays = unsure and previous is not None and not _is_none_of(previous, best.language, scores, len(words))
        return Detected(language=previous or best.language, confidence=0.5) if stays else best

    def asks_for(self, text: str) -> str | None:
        """The language that a short message asks for by name ("español por favor")."""
        plain = plainly(text).strip()
        if len(plain) > 40 or not _ASKS.search(plain):
            return None
        return next(
            (language for name, language in _NAMES.items() if re.search(rf"(?:^|\W){name}(?:$|\W)", plain)), None
        )

    def _scores(self, text: str, words: list[str]) -> dict[str, float]:
        """How much speaks for each language; nothing where there are no words."""
        if not words:
            return {}
        counts = {language: sum(word in known for word in words) for language, known in self._lexicon.items()}
        name, probability = self._identifier.classify(text.casefold())
        for language, marks in self._only.items():
            counts[language] += 2 * sum(word in marks for word in words)
        scores = {language: count / len(words) for language, count in counts.items()}
        guess = "zh-Hans" if name == "zh" else str(name)
        scores[guess] = scores.get(guess, 0.0) + 0.45 * float(probability)
        return scores


FOREIGN, SPEAKS = 0.1, 0.5
"""A language for which no more than the first speaks is not that of a text for which another has the second."""

A_SENTENCE, SPEAKS_ALONE = 4, 0.4
"""In so many words that hold nothing of the language before, less is enough."""


def _is_none_of(previous: str, other: str, scores: Mapping[str, float], words: int) -> bool:
    """Whether a text is surely not in the language before it, though it may be in one of several others."""
    before = scores.get(previous, 0.0)
    if before <= FOREIGN and scores[other] >= SPEAKS:
        return True
    return words >= A_SENTENCE and before == 0.0 and scores[other] >= SPEAKS_ALONE


def _best(scores: Mapping[str, float]) -> Detected:
    if not scores:
        return Detected(language="en", confidence=0.3)
    best = max(scores, key=lambda language: (scores[language], language == "en"))
    rest = max((score for language, score in scores.items() if language != best), default=0.0)
    return Detected(language=best, confidence=round(min(0.99, 0.5 + scores[best] - rest), 2))


def _by_script(text: str) -> Detected | None:
    """The language by its letters, if most of them are not Latin or many are only Vietnamese."""
    if (chinese := _CHINESE.findall(text)) and len(chinese) >= 2:
        traditional = sum(letter in _TRADITIONAL and letter not in _SIMPLIFIED for letter in chinese)
        simplified = sum(letter in _SIMPLIFIED and letter not in _TRADITIONAL for letter in chinese)
        return Detected(language="zh-Hant" if traditional > simplified else "zh-Hans", confidence=0.95)
    if 3 * len(_ONLY_VIETNAMESE.findall(normalize("NFC", text))) >= max(len(_LATIN_WORD.findall(text)), 4):
        return Detected(language="vi", confidence=0.95)
    for pattern, language in ((_ARABIC, "ar"), (_CYRILLIC, "ru")):
        if len(pattern.findall(text)) > 2 * len(re.findall(r"[a-zA-Z]", text)) / 3 + 1:
            return Detected(language=language, confidence=0.97)
    return None


def load_language_reader(path: Path = LEXICON) -> LanguageReader:
    """The reader with our lexicon of short words."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    only = {language: _plain_words(words) for language, words in content.pop("only").items()}
    return LanguageReader({language: _plain_words(words) for language, words in content.items()}, only)


def _plain_words(words: list[str]) -> frozenset[str]:
    return frozenset(plainly(word) for word in words)
