"""The screen: danger in eleven languages, its look-alikes, words about texting, and odd texts."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.message import Channel
from assistant.screening import FOLDER, Screen, load_screen


@pytest.fixture(scope="module")
def screen() -> Screen:
    return load_screen()


DANGER = {
    "gas": "we smell gas on the second floor",
    "gas, typo and slang": "yo it stinks of gaz in here",
    "gas, away from a gas station": "strong gas odor behind the gas station on Adams",
    "carbon monoxide": "co alarm keeps beeping and my kids are dizzy",
    "wire": "a power line came down and it is sparking",
    "fire with emoji": "🔥 house on fire",
    "fire without a blank": "the garage is onfire",
    "fire in disguise": "theres a f1re in the hallway",
    "drawn out": "heeelp he is bleeeeding on the stairs",
    "not breathing": "my dad isn't breathing",
    "overdose": "guy overdosed in the bathroom, lips are blue",
    "elevator": "three people are trapped in the elevator at my building",
    "child in a car": "toddler locked in a hot car at the mall",
    "bitten": "a raccoon bit my son and now he is having a seizure",
    "man beside a dog": "man with a dog foaming at the mouth on the sidewalk",
    "crash": "bad crash at the corner, the driver is bleeding",
    "hit": "an old lady got hit by a truck",
    "violence at home": "my boyfriend is choking me",
    "weapon": "a man with a machete is walking down Centre",
    "break-in": "somebody is breaking into my neighbor's apartment",
    "collapse": "the roof collapsed and workers are under it",
    "in a long message": (
        "hello, my recycling was skipped twice this month and the barrel has a crack. also there is a man outside "
        "waving a gun at people. and when does the library open"
    ),
    "es": "se está quemando la casa de al lado",
    "es without accents": "mi mama no puede respirar",
    "es, gas": "hay mucho olor a gas en el pasillo",
    "pt": "tem um homem armado com uma faca na minha porta",
    "ht": "gen dife nan bilding nan",
    "ht, not breathing": "pitit mwen pa ka respire",
    "zh-Hans": "楼上着火了",
    "zh-Hant": "有人拿槍在街上",
    "vi": "nhà bên cạnh đang cháy",
    "vi without marks": "co nguoi bi dam o truoc nha",
    "kea": "kaza sta ta kema",
    "fr": "il y a une forte odeur de gaz dans l'immeuble",
    "ar": "يوجد حريق في المبنى",
    "so": "guriga wuu gubanayaa",
    "ru": "в подъезде сильно пахнет газом",
}

CRISIS = {
    "en": "i want to kill myself",
    "en, indirect": "my family would be better off without me",
    "en, of a friend": "my friend says she does not want to live anymore",
    "es": "ya no quiero vivir",
    "pt": "eu quero morrer",
    "ht": "mwen vle touye tèt mwen",
    "zh-Hans": "我不想活了",
    "vi": "tôi muốn tự tử",
    "kea": "n kre mori",
    "fr": "je veux en finir avec la vie",
    "ar": "أريد أن أموت",
    "so": "waxaan rabaa inaan dhinto",
    "ru": "не хочу жить",
}

LOOK_ALIKES = {
    "hydrant": "a car is parked on the fire hydrant",
    "dead tree": "there is a dead tree in front of my house",
    "tires": "these potholes are killing my tires",
    "training": "when is the next overdose training",
    "called already": "I already called 911 about the wire, just letting the city know",
    "dead animal": "dead possum in the road",
    "hurt animal": "injured hawk in the park",
    "sick animal": "raccoon staggering about and foaming at the mouth behind our shed",
    "animal with a seizure": "there is a skunk having a seizure on the sidewalk",
    "help is there": "ok the ambulance came, another thing is the crosswalk paint",
    "gas station": "the gas station on the corner leaves its trash out",
    "street light": "the street light is burnt out",
    "nobody hurt": "two cars bumped, nobody is hurt, but the sign is bent",
    "denied": "no, I don't smell gas any more",
    "prevention": "somebody will get hit by a car at this crosswalk",
    "past": "there was a house fire here last year and the lot is full of debris",
    "detector": "how do I get a free carbon monoxide detector",
    "fireworks": "fireworks every night on my street",
    "idiom": "this heat is killing me",
    "burnt car": "burned out car on Norfolk Ave",
    "es": "hay un perro muerto en la calle",
    "es, throwing away": "como tiro un colchon viejo",
    "es, thrown": "alguien tiró un sofá en el callejón",
    "es, hydrant": "un carro tapa el hidrante",
    "fr, hydrant": "une voiture est garée devant une borne d'incendie",
    "ar, hydrant": "سيارة واقفة أمام حنفية الحريق",
    "zh-Hans": "路边有一只死老鼠",
    "pt": "tem um poste sem luz na minha rua",
    "ru": "на улице не горит фонарь",
    "fr": "un arbre mort devant la maison",
}


@pytest.mark.parametrize("text", DANGER.values(), ids=DANGER.keys())
def test_danger_to_life_is_sent_to_911(screen: Screen, text: str) -> None:
    screened = screen(text, Channel.SMS)

    assert screened.safety == "911"


@pytest.mark.parametrize("text", CRISIS.values(), ids=CRISIS.keys())
def test_a_crisis_is_sent_to_988(screen: Screen, text: str) -> None:
    screened = screen(text, Channel.SMS)

    assert screened.safety == "988"


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_routine_look_alikes_pass(screen: Screen, text: str) -> None:
    screened = screen(text, Channel.SMS)

    assert screened.safety is None


def test_the_rest_of_a_message_is_kept(screen: Screen) -> None:
    screened = screen("My bin was not emptied. I smell gas in the hall! When is trash day?", Channel.WEB)

    assert screened.rest == "My bin was not emptied. When is trash day?"


def test_the_words_that_fired_are_the_resident_s_own(screen: Screen) -> None:
    text = "ça sent le gaz, the house is onFIIIRE"

    screened = screen(text, Channel.WEB)

    assert screened.span is not None
    assert text[screened.span.start : screened.span.end] == screened.span.quote


OPTS = {
    "STOP with a mark": ("Stop!!", "out"),
    "carrier's word with emoji": ("STOP 🛑", "out"),
    "in a sentence": ("please stop texting me", "out"),
    "es": ("deja de mandarme mensajes", "out"),
    "zh": ("请不要再给我发短信", "out"),
    "back in": ("start", "in"),
    "help": ("help?", "help"),
    "the stop sign": ("the stop sign fell over", None),
    "stopping noise": ("make them stop the drilling", None),
    "starting": ("can I start a garden on the lot", None),
    "help with words": ("help my basement floods", None),
}


@pytest.mark.parametrize(("text", "opt"), OPTS.values(), ids=OPTS.keys())
def test_words_about_texting_are_told_from_ordinary_ones(screen: Screen, text: str, opt: str | None) -> None:
    screened = screen(text, Channel.SMS)

    assert screened.opt == opt


def test_words_about_texting_mean_nothing_on_the_web(screen: Screen) -> None:
    screened = screen("stop", Channel.WEB)

    assert screened.opt is None


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=400))
def test_any_text_is_screened_and_its_span_holds(text: str) -> None:
    screened = SCREEN(text, Channel.SMS)

    assert screened.span is None or text[screened.span.start : screened.span.end] == screened.span.quote


SCREEN = load_screen()


RESERVED_BY_CARRIERS = {
    "stop",
    "cancel",
    "end",
    "quit",
    "yes",
    "start",
    "cancelar",
    "parar",
    "para",
    "pare",
    "取消",
    "отмена",
}


def test_no_plain_yes_or_no_is_taken_for_a_wish_about_texting() -> None:
    screen = load_screen()
    replies = yaml.safe_load((FOLDER.parent / "lexicon" / "replies.yaml").read_text(encoding="utf-8"))
    words = {word for meaning in ("yes", "no") for each in replies[meaning].values() for word in each}

    taken = {word for word in words if screen(word, Channel.SMS).opt is not None}

    assert taken <= RESERVED_BY_CARRIERS


@pytest.mark.parametrize(
    ("text", "opt"),
    [("dừng", "out"), ("Dừng lại.", "out"), ("đúng", None), ("dung", None), ("Đúng rồi!", None)],
    ids=["stop", "stop it", "right", "right without its marks", "that is right"],
)
def test_vietnamese_right_is_not_stop(text: str, opt: str | None) -> None:
    assert load_screen()(text, Channel.SMS).opt == opt
