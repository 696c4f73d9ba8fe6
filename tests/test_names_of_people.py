"""Where a title ends and a name begins, and when two spellings are one person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import Ambiguous, DiplocalError, Unresolved
from diplocal.names.offices import office, part
from diplocal.names.participants import participant, reading, readings
from diplocal.names.people import Alike, known_as, may_be_one, names_near, person_key
from diplocal.names.spelling import plain
from diplocal.names.tables import listed
from diplocal.parties import Office, Organisation, Party, Person, Rank, State, Tenure

STATE, GOVERNMENT, FOREIGN, OTHER = Rank.HEAD_OF_STATE, Rank.HEAD_OF_GOVERNMENT, Rank.FOREIGN_MINISTER, Rank.OTHER
HEAD = Rank.HEAD_OF_ORGANISATION
EU = Organisation("EU")


def parted(text: str, code: str) -> tuple[str | None, Rank | None, str]:
    """Give title, rank and name."""
    of: Party = EU if code == "EU" else State(code)
    found = part(text, of)
    return (found.office.title, found.office.rank, found.name) if found.office else (None, None, found.name)


class TestTitles:
    @pytest.mark.parametrize(
        ("text", "code", "title", "rank", "name"),
        [
            ("Foreign Minister Wang Yi", "CN", "Foreign Minister", FOREIGN, "Wang Yi"),
            ("Bundespräsidentin Ada Brandt", "DE", "Bundespräsidentin", STATE, "Ada Brandt"),
            ("Chargé d'affaires Inês Tavares", "PT", "Chargé d'affaires", Rank.AMBASSADOR, "Inês Tavares"),
            ("minister spraw zagranicznych Jan Nowak", "PL", "minister spraw zagranicznych", FOREIGN, "Jan Nowak"),
            (
                "Ministra de Relaciones Exteriores Ana Gil",
                "CL",
                "Ministra de Relaciones Exteriores",
                FOREIGN,
                "Ana Gil",
            ),
            ("ministre des Affaires étrangères Luc Roy", "FR", "ministre des Affaires étrangères", FOREIGN, "Luc Roy"),
            ("Menteri Luar Negeri Sari Wirawan", "ID", "Menteri Luar Negeri", FOREIGN, "Sari Wirawan"),
            ("Министр иностранных дел Иван Орлов", "RU", "Министр иностранных дел", FOREIGN, "Иван Орлов"),
            ("وزير الخارجية سامي نصر", "EG", "وزير الخارجية", FOREIGN, "سامي نصر"),
            ("президент Финляндии Айно Халонен", "FI", "президент Финляндии", STATE, "Айно Халонен"),
            ("президент США Анна Берг", "US", "президент США", STATE, "Анна Берг"),
            ("Presiden Rusia Ivan Orlov", "RU", "Presiden Rusia", STATE, "Ivan Orlov"),
            ("el presidente ruso Iván Orlov", "RU", "presidente ruso", STATE, "Iván Orlov"),
            (
                "ministre français des Affaires étrangères Luc Roy",
                "FR",
                "ministre français des Affaires étrangères",
                FOREIGN,
                "Luc Roy",
            ),
            ("Président François Roy", "FR", "Président", STATE, "François Roy"),
            ("Prime Minister Indira Rao", "IN", "Prime Minister", GOVERNMENT, "Indira Rao"),
            ("le Président de la République Luc Roy", "FR", "Président de la République", STATE, "Luc Roy"),
            ("وزير الخارجية السعودي سامي نصر", "SA", "وزير الخارجية السعودي", FOREIGN, "سامي نصر"),
            ("وزيرة الخارجية الألمانية سارة نصر", "DE", "وزيرة الخارجية الألمانية", FOREIGN, "سارة نصر"),
            ("رئيس الوزراء العراقي سامي السوداني", "IQ", "رئيس الوزراء العراقي", GOVERNMENT, "سامي السوداني"),
            ("الرئيس السابق سامي نصر", "EG", "الرئيس السابق", OTHER, "سامي نصر"),
            ("سفير مصر سامي نصر", "EG", "سفير مصر", Rank.AMBASSADOR, "سامي نصر"),
            ("Canciller Ana Gil", "AR", "Canciller", FOREIGN, "Ana Gil"),
            ("el canciller Max Berg", "DE", "canciller", GOVERNMENT, "Max Berg"),
            ("и.о. министра иностранных дел Иван Орлов", "RU", "министра иностранных дел", FOREIGN, "Иван Орлов"),
            ("H.M. King Abdullah II", "JO", "King", STATE, "Abdullah II"),
            ("S.M. el Rey Felipe VI", "ES", "Rey", STATE, "Felipe VI"),
            ("The Rt Hon Ann Stone", "GB", None, None, "Ann Stone"),
            ("S.E. M. Luc Roy", "FR", None, None, "Luc Roy"),
            ("S.M. Rao", "IN", None, None, "S.M. Rao"),
            ("H.M. Rahman", "BD", None, None, "H.M. Rahman"),
            ("S.E. Stone", "US", None, None, "S.E. Stone"),
            ("Menko Sari Wirawan", "ID", "Menko", Rank.MINISTER, "Sari Wirawan"),
            ("时任外长王毅", "CN", "外长", FOREIGN, "王毅"),
            ("王毅先生", "CN", None, None, "王毅"),
            ("外交部长王毅", "CN", "外交部长", FOREIGN, "王毅"),
            ("王毅外长", "CN", "外长", FOREIGN, "王毅"),
            ("Wang Yi, Foreign Minister", "CN", "Foreign Minister", FOREIGN, "Wang Yi"),
            (
                "State Councilor and Foreign Minister Wang Yi",
                "CN",
                "State Councilor and Foreign Minister",
                FOREIGN,
                "Wang Yi",
            ),
            ("Finnish Foreign Minister Aino Halonen", "FI", "Finnish Foreign Minister", FOREIGN, "Aino Halonen"),
            (
                "Federal Minister of Defence Max Berg",
                "AT",
                "Federal Minister of Defence",
                Rank.DEFENCE_MINISTER,
                "Max Berg",
            ),
            (
                "Minister of Foreign Affairs of Japan Yoko Mori",
                "JP",
                "Minister of Foreign Affairs of Japan",
                FOREIGN,
                "Yoko Mori",
            ),
            ("Ambassador to China Li Ming", "ID", "Ambassador to China", Rank.AMBASSADOR, "Li Ming"),
            ("Presidetn Ivan Orlov", "RU", "Presidetn", STATE, "Ivan Orlov"),
            ("Berg, Minister Anna", "SE", "Minister", Rank.MINISTER, "Anna Berg"),
            ("H.E. Mr. Pau Ferrer", "ES", None, None, "Pau Ferrer"),
            ("Lady Ana Gil", "GB", None, None, "Ana Gil"),
            ("President of Finland Elina Saari", "FI", "President of Finland", STATE, "Elina Saari"),
            ("President de Gaulle", "FR", "President", STATE, "de Gaulle"),
            ("President Van Zeeland", "BE", "President", STATE, "Van Zeeland"),
            ("Prime Minister Shah Mahmud", "AF", "Prime Minister", GOVERNMENT, "Shah Mahmud"),
            ("Prime Minster Ana Gil", "RO", "Prime Minster", GOVERNMENT, "Ana Gil"),
            ("Premier & Prince Sihanouk", "KH", "Premier & Prince", GOVERNMENT, "Sihanouk"),
            (
                "President of the European Commission Elsa Maurin",
                "EU",
                "President of the European Commission",
                HEAD,
                "Elsa Maurin",
            ),
            (
                "Präsidentin der Europäischen Kommission Elsa Maurin",
                "EU",
                "Präsidentin der Europäischen Kommission",
                HEAD,
                "Elsa Maurin",
            ),
            (
                "President of the European Council Elsa Maurin",
                "EU",
                "President of the European Council",
                HEAD,
                "Elsa Maurin",
            ),
            ("President Elsa Maurin", "EU", "President", HEAD, "Elsa Maurin"),
            ("Secretary-General Elsa Maurin", "EU", "Secretary-General", HEAD, "Elsa Maurin"),
            ("PM Ana Gil", "IN", "PM", GOVERNMENT, "Ana Gil"),
            ("Lt. Gen. Tom Hill", "US", "Lt. Gen.", OTHER, "Tom Hill"),
            ("US Secretary of State Tom Hill", "US", "US Secretary of State", FOREIGN, "Tom Hill"),
            ("Foreign Minister Prince Faisal bin Omar", "SA", "Foreign Minister", FOREIGN, "Prince Faisal bin Omar"),
            (
                "General Secretary of the Communist Party To Nam",
                "VN",
                "General Secretary of the Communist Party",
                STATE,
                "To Nam",
            ),
            (
                "Minister of Foreign Affairs & Trade Ede Kis",
                "HU",
                "Minister of Foreign Affairs & Trade",
                FOREIGN,
                "Ede Kis",
            ),
            ("国务委员兼外交部长王毅", "CN", "国务委员兼外交部长", FOREIGN, "王毅"),
            ("中国国家主席王毅", "CN", "中国国家主席", STATE, "王毅"),
            ("President of the Republic Elina Saari", "FI", "President of the Republic", STATE, "Elina Saari"),
        ],
    )
    def test_a_title_in_many_languages_has_its_rank(
        self, text: str, code: str, title: str, rank: Rank, name: str
    ) -> None:
        assert parted(text, code) == (title, rank, name)

    @pytest.mark.parametrize(
        ("text", "code", "title", "name"),
        [
            ("Vice President of the European Commission Elsa Maurin", "EU", None, "Elsa Maurin"),
            ("President of the Committee of the Regions Elsa Maurin", "EU", None, "Elsa Maurin"),
            ("High Representative Pau Ferrer", "EU", "High Representative", "Pau Ferrer"),
            ("President of the Senate Luc Roy", "FR", "President of the Senate", "Luc Roy"),
            ("President of the National Assembly Ana Roy", "FR", "President of the National Assembly", "Ana Roy"),
            ("Minister-President of Bavaria Max Muster", "DE", "Minister-President of Bavaria", "Max Muster"),
            ("Crown Prince of Abu Dhabi Khaled bin Omar", "AE", "Crown Prince of Abu Dhabi", "Khaled bin Omar"),
            ("Former President Ama Mensah", "GH", "Former President", "Ama Mensah"),
            ("ex-President Ama Mensah", "GH", "ex-President", "Ama Mensah"),
            ("President of Poland Ama Mensah", "GH", "President of Poland", "Ama Mensah"),
            ("Chairman of the Board of Directors Al Capp", "US", "Chairman of the Board of Directors", "Al Capp"),
        ],
    )
    def test_a_title_known_in_part_gives_no_rank_that_it_has_elsewhere(
        self, text: str, code: str, title: str | None, name: str
    ) -> None:
        found = parted(text, code)
        assert found[1:] == (OTHER, name)
        assert title in (None, found[0])

    @pytest.mark.parametrize(
        ("text", "title", "name"),
        [
            ("Bundestagsvizepräsidentin Petra Paul", "Bundestagsvizepräsidentin", "Petra Paul"),
            ("naczelny radca prawny Jan Nowak", "naczelny radca prawny", "Jan Nowak"),
            ("заместитель директора департамента Иван Орлов", "заместитель директора департамента", "Иван Орлов"),
            ("Vice-chancelier fédéral Luc Roy", "Vice-chancelier fédéral", "Luc Roy"),
            ("Deputy Assistant Secretary Tom Hill", "Deputy Assistant Secretary", "Tom Hill"),
            ("Prime Minister's Special Envoy Ana Gil", "Prime Minister's Special Envoy", "Ana Gil"),
            ("Foreign Ministry Spokesperson Mao Lin", "Foreign Ministry Spokesperson", "Mao Lin"),
            ("Ana Gil, head of the second department", "head of the second department", "Ana Gil"),
            ("Minister of Forests and Worship Ana Gil", "Minister of Forests and Worship", "Ana Gil"),
        ],
    )
    def test_a_title_that_nobody_knows_is_one_by_its_grammar_and_what_was_taken_is_said(
        self, text: str, title: str, name: str
    ) -> None:
        assert parted(text, "CH") in {(title, OTHER, name), (title, Rank.MINISTER, name)}
        assert f"took {title!r} for a title" in (part(text, State("CH")).guess or "")

    @pytest.mark.parametrize(
        ("text", "code", "title", "name"),
        [
            ("President Brandt's envoy Tom Hill", "US", "President Brandt's envoy", "Tom Hill"),
            ("President Ada Brandt's aide Tom Hill", "DE", "President Ada Brandt's aide", "Tom Hill"),
            ("Chancellor Ross’ adviser Max Berg", "DE", "Chancellor Ross’ adviser", "Max Berg"),
            (
                "Prime Minister Gil's National Security Adviser Tom Hill",
                "GB",
                "Prime Minister Gil's National Security Adviser",
                "Tom Hill",
            ),
            ("Brandt's Special Envoy Tom van Hill", "DE", "Brandt's Special Envoy", "Tom van Hill"),
            ("Tom Hill, President Brandt's envoy", "US", "President Brandt's envoy", "Tom Hill"),
            ("Ontario Premier Tom Hill", "CA", "Ontario Premier", "Tom Hill"),
            ("Ministerpräsident von Bayern Max Berg", "DE", "Ministerpräsident von Bayern", "Max Berg"),
        ],
    )
    def test_an_office_of_somebody_elses_or_of_a_part_is_not_that_of_who_is_named_in_it(
        self, text: str, code: str, title: str, name: str
    ) -> None:
        assert parted(text, code) == (title, OTHER, name)
        assert f"took {title!r} for a title" in (part(text, State(code)).guess or "")

    @pytest.mark.parametrize(
        ("text", "code", "title", "rank", "name"),
        [
            ("President Emeritus Jan Berg", "PL", "President Emeritus", OTHER, "Jan Berg"),
            ("Presidenta emérita Ana Gil", "CL", "Presidenta emérita", OTHER, "Ana Gil"),
            ("Foreign Minister (retired) Jan Berg", "PL", "Foreign Minister (retired)", OTHER, "Jan Berg"),
            ("Minister of Foreign Trade Ana Gil", "FR", "Minister of Foreign Trade", Rank.MINISTER, "Ana Gil"),
            (
                "Minister for Foreign Trade and Development Ana Gil",
                "FI",
                "Minister for Foreign Trade and Development",
                Rank.MINISTER,
                "Ana Gil",
            ),
            (
                "Minister of Foreign Economic Relations Ana Gil",
                "UA",
                "Minister of Foreign Economic Relations",
                Rank.MINISTER,
                "Ana Gil",
            ),
            (
                "Minister of Foreign, European and Regional Affairs Ana Gil",
                "HR",
                "Minister of Foreign, European and Regional Affairs",
                FOREIGN,
                "Ana Gil",
            ),
            ("Minister of Defence Industry Ana Gil", "TR", "Minister of Defence Industry", Rank.MINISTER, "Ana Gil"),
            (
                "Minister of Defence and Security Ana Gil",
                "BW",
                "Minister of Defence and Security",
                Rank.DEFENCE_MINISTER,
                "Ana Gil",
            ),
            ("Ministerpräsident Max Berg", "DE", "Ministerpräsident", OTHER, "Max Berg"),
            ("Ministerpräsident Max Berg", "SE", "Ministerpräsident", GOVERNMENT, "Max Berg"),
            ("Premier Tom Hill", "CA", "Premier", OTHER, "Tom Hill"),
            ("Premier Li Ming", "CN", "Premier", GOVERNMENT, "Li Ming"),
            ("Foreign Secretary Ana Gil", "IN", "Foreign Secretary", OTHER, "Ana Gil"),
            ("Foreign Secretary Ana Gil", "GB", "Foreign Secretary", FOREIGN, "Ana Gil"),
            ("前总统文在", "KR", "前总统", OTHER, "文在"),
            ("韩国前总统文在", "KR", "韩国前总统", OTHER, "文在"),
            ("原外长王毅", "CN", "原外长", OTHER, "王毅"),
            ("Minister of Women's Affairs Ana Gil", "AF", "Minister of Women's Affairs", Rank.MINISTER, "Ana Gil"),
            (
                "Ambassador of the People's Republic of China Li Ming",
                "CN",
                "Ambassador of the People's Republic of China",
                Rank.AMBASSADOR,
                "Li Ming",
            ),
            ("the President Ana Gil", "FI", "President", STATE, "Ana Gil"),
            ("U.S. Secretary of State Ana Gil", "US", "U.S. Secretary of State", FOREIGN, "Ana Gil"),
            ("U.K. Foreign Secretary Ana Gil", "GB", "U.K. Foreign Secretary", FOREIGN, "Ana Gil"),
            ("U.A.E. President Sami Nasr", "AE", "U.A.E. President", STATE, "Sami Nasr"),
            ("Queen Mother Sonja", "NO", "Queen Mother", OTHER, "Sonja"),
            ("Председатель КНР Ли Мин", "CN", "Председатель КНР", STATE, "Ли Мин"),
            ("全国人大常委会委员长赵明", "CN", "全国人大常委会委员长", OTHER, "赵明"),
            ("Consul General Ana Gil", "FR", "Consul General", OTHER, "Ana Gil"),
            ("Captain Ana Gil", "FR", "Captain", OTHER, "Ana Gil"),
            ("Supreme Leader Ayatollah Ali Nasr", "IR", "Supreme Leader", STATE, "Ali Nasr"),
        ],
    )
    def test_what_qualifies_an_office_makes_it_another(
        self, text: str, code: str, title: str, rank: Rank, name: str
    ) -> None:
        assert parted(text, code) == (title, rank, name)

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("Commander of US Forces", "Paul Hill"),
            ("Head of the Presidential Office", "Ana Gil"),
            ("Security Council President", "Ana Gil"),
            ("Deputy Head of the Cabinet Office", "Ana van der Gil"),
        ],
    )
    def test_a_title_in_what_would_be_a_name_is_the_titles_and_is_said(self, title: str, name: str) -> None:
        found = part(f"{title} {name}", State("US"))
        assert (found.office, found.name) == (Office(title), name)
        assert f"took {title!r} for a title" in (found.guess or "")

    @pytest.mark.parametrize(
        "text", ["UN General Assembly President Ana Gil", "President of the General Assembly Ana Gil"]
    )
    def test_the_president_of_an_assembly_is_known(self, text: str) -> None:
        found = part(text, Organisation("UN"))
        assert found.office
        assert (found.office.rank, found.name, found.guess) == (OTHER, "Ana Gil", None)

    @pytest.mark.parametrize("name", ["Frederik of Denmark", "Anna of the United Kingdom", "Martin Luther King Jr"])
    def test_an_of_or_a_king_in_a_name_makes_no_title(self, name: str) -> None:
        assert part(name, State("DK")).office is None

    @pytest.mark.parametrize(
        ("text", "code", "tenure"), [("代总统文在", "KR", Tenure.ACTING), ("候任总统文在", "KR", Tenure.ELECT)]
    )
    def test_the_footing_is_known_where_no_spaces_are_written(self, text: str, code: str, tenure: Tenure) -> None:
        found = part(text, State(code))
        assert found.office
        assert (found.office.title, found.office.rank, found.office.tenure) == ("总统", STATE, tenure)

    @pytest.mark.parametrize(
        "text", ["President of Japan Ana Gil", "Foreign Minister of Japan Ana Gil", "Prime Minister of Fiji Ana Gil"]
    )
    def test_an_office_of_another_state_has_no_rank_and_is_said(self, text: str) -> None:
        found = part(text, State("CN"))
        assert found.office
        assert (found.office.rank, found.name) == (OTHER, "Ana Gil")
        assert f"took {found.office.title!r} for an office that is none of CN's" in (found.guess or "")

    @pytest.mark.parametrize(
        "name",
        [
            *("Marek Kowalczyk", "Ursula von der Leyen", "Isa bin Sulman", "Omar al-Bashir", "al-Sisi Abdel Fattah"),
            *(
                "Stephen King",
                "Ban ki-moon",
                "Mohammed ould Ghazouani",
                "He Weidong",
                "Juan carlos Borbón",
                "Finn Berg",
            ),
            *("Ortega y Gasset", "marek Kowalczyk", "王毅", "Aquino, 3rd", "Sergei V. Lavrov", "Nelson Mandela Jr."),
        ],
    )
    def test_a_name_alone_keeps_every_word(self, name: str) -> None:
        assert parted(name, "FI") == (None, None, name)

    @pytest.mark.parametrize(
        ("text", "title", "tenure"),
        [
            ("President-elect Rosa Aguilar", "President", Tenure.ELECT),
            ("President elect Rosa Aguilar", "President", Tenure.ELECT),
            ("Acting President Rosa Aguilar", "President", Tenure.ACTING),
            ("Caretaker Prime Minister Rosa Aguilar", "Prime Minister", Tenure.INTERIM),
        ],
    )
    def test_the_footing_goes_into_the_tenure(self, text: str, title: str, tenure: Tenure) -> None:
        found = part(text, State("PE"))
        assert found.office
        assert (found.office.title, found.office.tenure, found.name) == (title, tenure, "Rosa Aguilar")

    def test_every_title_of_the_table_stands_before_a_name_and_after_it(self) -> None:
        for rank, titles in listed("titles").items():
            for title in titles:
                before = part(f"{title} Rosa Aguilar", State("X-TEST"))
                assert before.office, title
                assert before.name == "Rosa Aguilar", title
                assert before.office.rank in {Rank(rank), *_also(title)}, title
                assert part(title, State("X-TEST")).name == "", title


@pytest.mark.parametrize("text", ["", "Wang Yi", "Foreign Minister Wang Yi", "x" * 600])
def test_what_is_no_title_alone_is_no_office(text: str) -> None:
    with pytest.raises(Unresolved) as refused:
        office(text)
    assert repr(text[:50])[1:-1] in str(refused.value)


def _also(title: str) -> list[Rank]:
    """Give the ranks that a title has in other lines of the table."""
    return [Rank(rank) for rank, titles in listed("titles").items() if title.casefold() in map(str.casefold, titles)]


class TestPeople:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Kowalczyk, Marek", "Marek Kowalczyk"),
            ("Lech Wałęsa", "Lech Walesa"),
            ("Jens Sørensen", "Jens Sorensen"),
            ("Ngô Đình Diệm", "Ngo Dinh Diem"),
            ("Mustafa  AL-KADHIMI", "Mustafa al Kadhimi"),
            ("O’Kelly", "O'Kelly"),
        ],
    )
    def test_two_spellings_of_one_name_are_compared_alike(self, one: str, other: str) -> None:
        assert person_key(one) == person_key(other)

    def test_other_people_are_not(self) -> None:
        names = ("Marek Kowalczyk", "Marta Kowalczyk", "M. Kowalczyk", "Aquino, 3rd", "Aquino", "王毅", "王义")
        assert len({known_as(name) for name in names}) == len(names)

    def test_names_that_come_near_are_told(self) -> None:
        known = ("Aino Halonen", "Sergei Lavrov", "Wang Yi")
        assert names_near("Aino Hallonen", known) == ("Aino Halonen",)
        assert names_near("S. Lavrov", known) == ("Sergei Lavrov",)
        assert names_near("Nobody", known) == ()

    @pytest.mark.parametrize(
        ("text", "near"),
        [("Wang", "Wang Yi"), ("Lavrov", "Sergei Lavrov"), ("Halonen A.", "Aino Halonen"), ("Wang Yii", "Wang Yi")],
    )
    def test_a_surname_comes_near_wherever_it_stands(self, text: str, near: str) -> None:
        assert names_near(text, ("Aino Halonen", "Sergei Lavrov", "Wang Yi", "Li Qiang")) == (near,)

    def test_a_first_name_alone_comes_near_nobody(self) -> None:
        assert names_near("Aino Saari", ("Aino Halonen", "Wang Yi")) == ()

    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            ("Wang Yi", "Yi Wang", Alike.ORDER),
            ("Сергей Орлов", "Sergei Orlov", Alike.SCRIPT),
            ("Сергей Орлов", "Sergey Orlov", Alike.SPELLING),
            ("S. Orlov", "Sergei Orlov", Alike.INITIAL),
            ("Lula da Silva", "Luiz Inácio Lula da Silva", Alike.FULLER),
            ("Mohamed bin Omar", "Mohammed bin Omar", Alike.SPELLING),
            ("Wang Yi", "WANG Yi", None),
            ("Wang Yi", "Wang Yu", None),
            ("Wang Yi", "Li Qiang", None),
            ("王毅", "王义", None),
            ("S. Orlov", "Petr Orlov", None),
            ("Orlov", "Sergei Orlov", None),
        ],
    )
    def test_two_names_may_be_one_persons_for_a_reason(self, one: str, other: str, reason: Alike | None) -> None:
        assert may_be_one(one, other) is may_be_one(other, one) is reason

    def test_an_inverted_name_is_turned_round_and_said(self) -> None:
        found = reading("Kowalczyk, Marek (PL)")
        assert found.participant == Person("Marek Kowalczyk", State("PL"))
        assert found.guess == "took 'Kowalczyk, Marek' for 'Marek Kowalczyk', family name first"

    def test_an_inverted_name_may_have_its_title_behind_it(self) -> None:
        found = reading("Kowalczyk, Marek, Prime Minister (PL)")
        assert found.participant == Person("Marek Kowalczyk", State("PL"), Office("Prime Minister", GOVERNMENT))
        assert found.guess == "took 'Kowalczyk, Marek' for 'Marek Kowalczyk', family name first"

    def test_an_organisation_in_the_title_is_never_the_state_of_its_letters(self) -> None:
        for text, code in (
            ("Chairperson of the African Union Commission Ama Mensah (AU)", "AFRICAN-UNION"),
            ("Secretary-General of the Arab League Sami Nasr (AL)", "ARAB-LEAGUE"),
            ("Ama Mensah (African Union)", "AFRICAN-UNION"),
        ):
            found = participant(text)
            assert isinstance(found, Person)
            assert (found.name, found.party and found.party.code) in {("Ama Mensah", code), ("Sami Nasr", code)}

    @pytest.mark.parametrize("text", ["the President (FI)", "The Foreign Minister (CN)", "H.E. the Premier (SE)"])
    def test_a_title_alone_is_who_holds_it_without_its_article(self, text: str) -> None:
        found = participant(text)
        assert isinstance(found, Person)
        assert found.office
        assert found.office.title == found.name == text.partition(" (")[0].partition("he ")[2]

    @pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u2060", "\u200d", "\u200e", "\u3164", "\ufe0f", "\u034f"])
    def test_what_nobody_sees_makes_no_other_name(self, unseen: str) -> None:
        name = f"Ai{unseen}no Halo{unseen}nen"
        assert known_as(name) == known_as("Aino Halonen") == person_key(name)

    @pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u2060", "\u3164", "\U000e0041"])
    def test_what_copying_leaves_in_a_name_goes(self, unseen: str) -> None:
        assert participant(f"Ai{unseen}no Halonen (FI)") == Person("Aino Halonen", State("FI"))
        assert participant(f"Fin{unseen}land") == State("FI", "Finland")
        with pytest.raises(Unresolved):
            participant(f"{unseen} (FI)")

    @pytest.mark.parametrize("text", ["Wang Yi (Q701128)", "Wang Yi (q701128)", "Wang Yi ( Q7 )", "China (Q148)"])
    def test_a_wikidata_id_is_no_organisation(self, text: str) -> None:
        with pytest.raises(Unresolved, match="a state or an organisation before the Wikidata id"):
            participant(text)

    @pytest.mark.parametrize("text", ["Wang Yi (CN, q701128)", "Wang Yi (China,q701128)", "Wang Yi (CN, Q701128)"])
    def test_a_wikidata_id_is_read_in_either_case(self, text: str) -> None:
        assert getattr(participant(text), "wikidata", None) == "Q701128"

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "TBD (CN)",
                "n/a (US)",
                "Unknown (FI)",
                "-- (CN)",
                "To be announced (CN)",
                "N.N. (CN)",
                "and others (CN)",
            ),
            *("null (CN)", "et al. (CN)", "White House (US)", "Downing Street (GB)", "the Élysée Palace (FR)"),
        ],
    )
    def test_nobody_is_no_person(self, text: str) -> None:
        with pytest.raises(Unresolved, match="alone where nobody is named"):
            participant(text)

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "senior officials (CN)",
                "Delegation led by Wang Yi (CN)",
                "delegation of experts (RU)",
                "officials (US)",
            ),
            *("высокопоставленные чиновники (RU)", "代表团 (CN)", "高级官员 (CN)", "hauts fonctionnaires (FR)"),
            *("equipo negociador (ES)", "كبار المسؤولين (EG)", "delegasi (ID)", "negotiating team (US)"),
        ],
    )
    def test_what_people_are_is_not_who_they_are(self, text: str) -> None:
        with pytest.raises(Unresolved, match="alone where nobody is named"):
            participant(text)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            *(("Head of Delegation (CN)", "Head of Delegation"), ("Team Ashraf (PK)", "Team Ashraf")),
            *(("Dato' Seri Anwar Ibrahim (MY)", "Anwar Ibrahim"), ("Сэр Кир Стармер (GB)", "Кир Стармер")),
            *(("Tan Sri Muhyiddin (MY)", "Muhyiddin"), ("Shri S. Jaishankar (IN)", "S. Jaishankar")),
            *(("Chief of Staff (US)", "Chief of Staff"), ("Nguyen Tim (VN)", "Nguyen Tim")),
        ],
    )
    def test_a_name_is_kept_and_courtesies_are_not(self, text: str, name: str) -> None:
        assert getattr(participant(text), "name", None) == name

    @pytest.mark.parametrize(
        "text", ["Aino Kask / Ola Berg (NO)", "Ola Berg/Aino Kask (NO)", "Ola Berg + Aino Kask (NO)"]
    )
    def test_two_people_are_no_name(self, text: str) -> None:
        with pytest.raises(Unresolved, match="semicolons between several"):
            participant(text)

    @pytest.mark.parametrize(("text", "code"), [("CAN (CA)", "CA"), ("CN (CN)", "CN"), ("CHN (CN)", "CN")])
    def test_a_code_beside_a_code_is_the_state(self, text: str, code: str) -> None:
        assert participant(text) == State(code)

    @pytest.mark.parametrize(
        ("text", "title", "rank"),
        [
            ("Wang Yi - Foreign Minister", "Foreign Minister", FOREIGN),
            ("Wang Yi – Minister of Foreign Affairs", "Minister of Foreign Affairs", FOREIGN),
            ("Wang Yi Foreign Minister", "Foreign Minister", FOREIGN),
            ("Wang Yi President", "President", STATE),
            ("Wang Yi — Special Envoy", "Special Envoy", Rank.ENVOY),
        ],
    )
    def test_a_title_that_is_known_may_stand_behind_the_name(self, text: str, title: str, rank: Rank) -> None:
        assert parted(text, "CN") == (title, rank, "Wang Yi")

    @pytest.mark.parametrize(
        "name", ["Ana King", "Ana Prince", "Tom Marshal", "Jean-Luc Roy", "Ana Gil - Roy", "Li Major"]
    )
    def test_a_name_that_is_also_a_title_is_a_name(self, name: str) -> None:
        assert part(name, State("GB")).name == name

    @pytest.mark.parametrize("text", ["General Motors (US)", "General Dynamics (US)", "Alpine Trade Ltd (CH)"])
    def test_a_company_is_no_person(self, text: str) -> None:
        with pytest.raises(Unresolved, match="a person's name"):
            participant(text)

    @pytest.mark.parametrize(
        "text",
        [
            *("Chairperson Ama Mensah (AU)", "AU Chair Ama Mensah (AU)", "Commissioner Ama Mensah (AU)"),
            *("Secretary-General Sami Nasr (AL)", "AU Commission Chair Ama Mensah (AU)"),
            "Ama Mensah, Chairperson (AU)",
            "Commissioner for Peace and Security Ama Mensah (AU)",
        ],
    )
    def test_an_officer_of_letters_that_mean_two_is_refused(self, text: str) -> None:
        with pytest.raises(Ambiguous) as refused:
            participant(text)
        assert set(refused.value.near) in ({"AFRICAN-UNION", "AU"}, {"ARAB-LEAGUE", "AL"})

    @pytest.mark.parametrize(
        "text", ["Prime Minister Ana Gil (AU)", "Police Commissioner Ana Gil (AU)", "Chairperson Ana Gil (Australia)"]
    )
    def test_other_offices_are_those_of_the_state(self, text: str) -> None:
        found = participant(text)
        assert isinstance(found, Person)
        assert found.party
        assert found.party.code == "AU"

    @pytest.mark.parametrize(
        "text", ["Wang Yi? (CN)", "? (CN)", "China?", "Wang Yi (CN?)", "Minister（？） Wang Yi (CN)"]
    )
    def test_who_takes_part_is_never_in_doubt(self, text: str) -> None:
        with pytest.raises(Unresolved, match="without a question mark"):
            participant(text)

    @pytest.mark.parametrize(
        "text",
        ["Prime Minister Ana Gil and Foreign Minister Luc Roy (FR)", "Ana Gil & Luc Roy (FR)", "A Gil with B (FR)"],
    )
    def test_two_people_in_one_place_are_refused(self, text: str) -> None:
        with pytest.raises(Unresolved, match="semicolons between several"):
            readings(text)


WORDS = st.sampled_from(
    [
        *("President", "Minister", "of", "the", "for", "Foreign", "Affairs", "and", "former", "acting", "-", ",", "."),
        *("(CN)", "Wang", "Yi", "de", "la", "van", "王毅", "外长", "d'affaires", "x", "é"),
    ]
)


@given(st.text(max_size=60) | st.lists(WORDS, max_size=12).map(" ".join))
def test_any_text_is_parted_and_no_letter_of_a_name_is_invented(text: str) -> None:
    try:
        found = participant(f"{text} (PL)")
    except DiplocalError as error:
        assert "participant" in str(error) or "name" in str(error)  # noqa: PT017 - it need not raise
        return
    if isinstance(found, Person):
        said = text + str(found.office.title if found.office else "")
        assert set(plain(found.name)) <= {*plain(said), " "}


@given(st.lists(WORDS, min_size=1, max_size=8).map(" ".join))
def test_reading_a_name_again_changes_nothing(text: str) -> None:
    first = part(text, State("PL"))
    if first.office is None and first.name and "," not in first.name:
        assert part(first.name, State("PL")).name == first.name


@pytest.mark.parametrize(
    ("printed", "name"), [("Trump, Donald, Jr.", "Donald Trump Jr."), ("Aquino, 3rd", "Aquino, 3rd")]
)
def test_what_stands_behind_a_second_comma_stays_behind(printed: str, name: str) -> None:
    assert participant(f"{printed} (US)") == Person(name, State("US"))
