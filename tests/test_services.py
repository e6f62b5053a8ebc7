"""Which service a text is read as: look-alikes, other languages, reasons, doubt, and our examples themselves."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.bootstrap import Reading
from assistant.look_alikes import load_look_alikes
from assistant.services import EXAMPLES, ServiceRanker

COMMON_IN_SPANISH = (
    "missed_trash",
    "bulk_item_pickup",
    "litter_street_cleaning",
    "illegal_dumping",
    "pothole",
    "sidewalk_repair",
    "street_light_outage",
    "illegal_parking",
    "abandoned_vehicle",
    "traffic_signal",
    "damaged_sign",
    "unshoveled_sidewalk",
    "snow_plowing",
    "tree_pruning",
    "fallen_tree",
    "dead_animal",
    "domestic_animal",
    "needle_pickup",
    "rodent_outside",
    "heat_complaint",
    "housing_conditions",
    "pest_inside_home",
)


@pytest.fixture
def ranker(reading: Reading) -> ServiceRanker:
    return reading.engine.requests.ranker


@pytest.fixture(scope="session")
def examples() -> dict[str, dict[str, list[str]]]:
    """Our examples by file and service."""
    return {path.stem: _read(path) for path in sorted(EXAMPLES.glob("*.yaml"))}


def _read(path: Path) -> dict[str, list[str]]:
    content: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize(
    ("text", "service"),
    [
        pytest.param(
            "The bin next to the slide in our playground is crammed full", "park_trash_can", id="bin in a park"
        ),
        pytest.param("Corner basket at the bus stop is crammed full", "overflowing_trash_can", id="bin on a street"),
        pytest.param("Dumpster at the condo is heaped up and reeks", "overflowing_dumpster", id="dumpster"),
        pytest.param("Coffee cups and napkins blowing along the gutter", "litter_street_cleaning", id="loose litter"),
        pytest.param("Two sofas got left by strangers on our corner", "illegal_dumping", id="dumped"),
        pytest.param("The garbage crew went past and left my bags", "missed_trash", id="not collected"),
        pytest.param("Please come take my old washing machine away, any day works", "bulk_item_pickup", id="own item"),
        pytest.param("Lamp outside number 14 stopped working on Sunday", "street_light_outage", id="dark light"),
        pytest.param("A van smashed into the lamp post and it tilts", "street_light_knockdown", id="pole hit"),
        pytest.param("The lamps along the path in the park stay dark", "park_lights", id="light in a park"),
        pytest.param("The walk sign at the crossing stays dark", "traffic_signal", id="pedestrian signal"),
        pytest.param("The stop sign got flattened by a bus", "damaged_sign", id="sign damaged"),
        pytest.param(
            "Could you put up a stop sign, there has never been one", "new_sign_or_crosswalk", id="sign wanted"
        ),
        pytest.param(
            "You can barely see the zebra stripes any longer, repaint them", "pavement_marking_faded", id="paint"
        ),
        pytest.param("There is a deep hole in the travel lane by the school", "pothole", id="hole in a road"),
        pytest.param("The concrete of the walkway heaved and I stumbled", "sidewalk_repair", id="sidewalk"),
        pytest.param("The iron lid in the lane rattles under each car", "utility_casting", id="cover loose"),
        pytest.param("The lid of the manhole is gone, just a hole left", "missing_manhole_cover", id="cover gone"),
        pytest.param(
            "The landlord next door let the snow freeze on his walk", "unshoveled_sidewalk", id="sidewalk snow"
        ),
        pytest.param("Not one plow came up our hill, cars are sliding", "snow_plowing", id="street snow"),
        pytest.param("Someone guards a parking spot with a lawn chair", "space_saver", id="space saver"),
        pytest.param("Rats run around in the alley each night", "rodent_outside", id="rats outdoors"),
        pytest.param("Mice come out from under my stove in the apartment", "pest_inside_home", id="mice indoors"),
        pytest.param(
            "Mice droppings on the shelves of the bakery", "restaurant_conditions", id="mice where food is sold"
        ),
        pytest.param("A man relieved himself on our steps, it stinks of urine", "human_waste", id="human waste"),
        pytest.param("Dog poop all along this sidewalk", "litter_street_cleaning", id="dog waste"),
        pytest.param("The limbs scrape my roof, could they be trimmed", "tree_pruning", id="trim"),
        pytest.param("The wind brought a big limb down, it lies over the lane", "fallen_tree", id="limb down"),
        pytest.param("They cut the tree and left the stump", "tree_removal", id="stump"),
        pytest.param("Someone sprayed their tag over our shop front", "graffiti", id="graffiti"),
        pytest.param("The blue postal mailbox was sprayed with paint", "external_usps", id="mailbox"),
        pytest.param("Our radiators are cold and the owner does nothing", "heat_complaint", id="no heat"),
        pytest.param("The fan on the roof of the store drones all night", "noise_equipment", id="machine noise"),
        pytest.param(
            "Hammering starts at five in the morning at the site", "construction_hours_noise", id="site noise"
        ),
        pytest.param("The people upstairs hold a loud party again", "external_bpd", id="party noise"),
        pytest.param("Grey sedan parked right at the hydrant", "illegal_parking", id="parked illegally"),
        pytest.param("That sedan without plates has sat here since spring", "abandoned_vehicle", id="abandoned"),
        pytest.param("cnstituent says hydrnt is bloked by parked car", "illegal_parking", id="misspelled"),
    ],
)
def test_look_alikes_are_told_apart(ranker: ServiceRanker, text: str, service: str) -> None:
    ranking = ranker.rank(text)

    assert ranking.choices[0].code == service


@pytest.mark.parametrize(
    ("text", "language", "service"),
    [
        pytest.param("buenas, hay un hoyo enorme en mi calle y se me dañó la goma", "es", "pothole", id="es pothole"),
        pytest.param("el camión de la basura no pasó hoy por mi casa", "es", "missed_trash", id="es trash"),
        pytest.param(
            "llevamos una semana sin calefacción y el dueño no contesta", "es", "heat_complaint", id="es heat"
        ),
        pytest.param("un carro está tapando el hidrante", "es", "illegal_parking", id="es parking"),
        pytest.param("no han paleado la acera, hay mucho hielo", "es", "unshoveled_sidewalk", id="es sidewalk snow"),
        pytest.param("se fundió el farol de la esquina", "es", "street_light_outage", id="es light"),
        pytest.param("vi ratones en mi cocina", "es", "pest_inside_home", id="es mice"),
        pytest.param("tem um buraco enorme na minha rua", "pt", "pothole", id="pt"),
        pytest.param("kamyon fatra a pa pase jodi a", "ht", "missed_trash", id="ht"),
        pytest.param("街灯坏了几天没人修", "zh-Hans", "street_light_outage", id="zh simplified"),
        pytest.param("人行道上結冰沒人鏟雪", "zh-Hant", "unshoveled_sidewalk", id="zh traditional"),
        pytest.param("un nid-de-poule énorme devant chez moi", "fr", "pothole", id="fr"),
        pytest.param("pas de chauffage depuis trois jours", "fr", "heat_complaint", id="fr heat"),
        pytest.param("có chuột chạy ngoài đường ban đêm", "vi", "rodent_outside", id="vi"),
    ],
)
def test_other_languages_are_understood(ranker: ServiceRanker, text: str, language: str, service: str) -> None:
    ranking = ranker.rank(text, language=language)

    assert ranking.choices[0].code == service


def test_three_services_are_named_best_first(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("trash barrels overflowing on the sidewalk by the store")

    confidences = [choice.confidence for choice in ranking.choices]
    assert len(confidences) == 3
    assert confidences == sorted(confidences, reverse=True)


def test_words_that_speak_for_a_service_stand_in_the_text(ranker: ServiceRanker) -> None:
    text = "¡Hola! a broken TRAFFIC light — and the walk signal is dark 😡"

    ranking = ranker.rank(text)

    spans = [span for choice in ranking.choices for span in choice.supports]
    assert spans
    assert [text[span.start : span.end] for span in spans] == [span.quote for span in spans]


def test_the_second_choice_has_reasons_of_its_own(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("trash all over the park")

    assert all(choice.supports for choice in ranking.choices[:2])


@pytest.mark.parametrize(
    ("text", "service", "word"),
    [
        pytest.param("ptohole in front of my house", "pothole", "ptohole", id="letters swapped"),
        pytest.param("the strreet lgiht is out", "street_light_outage", "lgiht", id="two words"),
        pytest.param("graffitti on the wall", "graffiti", "graffitti", id="a letter too many"),
    ],
)
def test_a_slip_of_the_finger_is_understood_and_quoted_as_written(
    ranker: ServiceRanker, text: str, service: str, word: str
) -> None:
    first = ranker.rank(text).choices[0]

    assert first.code == service
    assert word in {span.quote for span in first.supports}


def test_a_question_parts_two_close_services(ranker: ServiceRanker) -> None:
    rules = load_look_alikes()

    question = rules.question("tree_pruning", "fallen_tree", ranker.catalogue, language="en")

    assert question == "Are the branches still firmly on the tree, or are they down or about to fall?"


def test_a_pair_without_a_question_is_asked_by_its_summaries(ranker: ServiceRanker) -> None:
    rules = load_look_alikes()

    question = rules.question("food_poisoning", "restaurant_conditions", ranker.catalogue, language="en")

    assert question is not None
    assert ranker.catalogue.services["food_poisoning"].summary in question


def test_a_vague_text_is_close_and_asks(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("cut the tree")

    assert ranking.close
    assert ranking.clarify is not None


def test_a_clear_text_is_not_asked_about(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("There is a huge pothole on my street")

    assert not ranking.close
    assert ranking.clarify is None


@pytest.mark.parametrize("text", ["", "   ", "😡😡😡", "!!! ... ???"])
def test_a_text_without_words_has_no_service(ranker: ServiceRanker, text: str) -> None:
    ranking = ranker.rank(text)

    assert ranking.choices == ()


def test_a_vague_wish_is_not_filed_as_a_general_request(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("i need help with something")

    assert all(choice.confidence < 0.45 for choice in ranking.choices)


def test_a_text_that_speaks_for_nothing_has_no_service(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("asdf qwer zxcv")

    assert ranking.choices == ()


def test_addresses_do_not_speak_for_a_service(ranker: ServiceRanker) -> None:
    ranking = ranker.rank("pothole at 12 Park St")

    assert ranking.choices[0].code == "pothole"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), language=st.sampled_from(["en", "es", "zh-Hans", "ar"]))
def test_any_text_is_ranked_without_raising(ranker: ServiceRanker, text: str, language: str) -> None:
    ranking = ranker.rank(text, language=language)

    assert all(0.0 <= choice.confidence <= 1.0 for choice in ranking.choices)


def test_every_service_has_25_english_examples(reading: Reading, examples: dict[str, dict[str, list[str]]]) -> None:
    counts = Counter(dict.fromkeys(reading.engine.catalogue.services, 0))
    counts.update(
        {code: len(lines) for stem, rows in examples.items() if stem.startswith("en") for code, lines in rows.items()}
    )

    assert len(counts) == 102
    assert {code: count for code, count in counts.items() if count < 25} == {}


def test_common_services_have_eight_spanish_examples(examples: dict[str, dict[str, list[str]]]) -> None:
    spanish = examples["es"]

    assert {code: len(spanish[code]) for code in COMMON_IN_SPANISH if len(spanish[code]) < 8} == {}


@pytest.mark.parametrize("language", ["pt", "ht", "zh", "vi"])
def test_twenty_services_have_five_examples_in_a_language(
    examples: dict[str, dict[str, list[str]]], language: str
) -> None:
    enough = [code for code, lines in examples[language].items() if len(lines) >= 5]

    assert len(enough) >= 20


def test_no_example_stands_under_two_services(examples: dict[str, dict[str, list[str]]]) -> None:
    said = {(line.casefold(), code) for rows in examples.values() for code, lines in rows.items() for line in lines}
    times = Counter(line for line, _ in said)

    assert [line for line, count in times.items() if count > 1] == []


def test_rules_name_services_of_the_catalogue(reading: Reading) -> None:
    rules = load_look_alikes()
    named = {code for rule in rules.rules for code in rule.speaks} | set(rules.cues)
    named |= {code for pair in rules.questions for code in pair}

    assert named <= set(reading.engine.catalogue.services)
    assert all(rule.why for rule in rules.rules)
