import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import UnreadableInput
from diplocal.importers.statedept.rows import read_folder

GORBACHEV = {
    "start-date": "1987-12-07",
    "end-date": "1987-12-10",
    "visitor": "General Secretary Mikhail S. Gorbachev",
    "country_id": "russia",
    "from": "U.S.S.R.",
    "description": "Official Working Visit.",
}


def visit(**changes: str) -> str:
    texts = GORBACHEV | changes
    elements = "".join(
        f"<{tag}>{escape(texts[tag])}</{tag}>" for tag in ("start-date", "end-date", "visitor", "description")
    )
    return f'<visit>{elements}<from id="{texts["country_id"]}">{escape(texts["from"])}</from></visit>'


def write(folder: Path, name: str, *visits: str) -> None:
    (folder / name).write_text(f"<visits>{''.join(visits)}</visits>", encoding="utf-8")


class TestAVisit:
    def test_has_what_the_list_prints_of_it(self, tmp_path: Path) -> None:
        write(tmp_path, "1980.xml", visit())
        (row,), rejected = read_folder(tmp_path)
        assert (row.start, row.end) == (pendulum.Date(1987, 12, 7), pendulum.Date(1987, 12, 10))
        assert row.visitor == "General Secretary Mikhail S. Gorbachev"
        assert (row.country_id, row.country_label, row.state.code) == ("russia", "U.S.S.R.", "SUHH")
        assert row.description == "Official Working Visit."
        assert row.source == "1980.xml, visit 1"
        assert rejected == []

    def test_has_its_white_space_collapsed(self, tmp_path: Path) -> None:
        write(tmp_path, "1980.xml", visit(visitor=" General\n   Secretary \tMikhail S. Gorbachev\u00a0 "))
        (row,), _ = read_folder(tmp_path)
        assert row.visitor == "General Secretary Mikhail S. Gorbachev"

    @pytest.mark.parametrize("visitor", ["President Ilze \u202eKrumina", "President " + "Krumina" * 2000])
    def test_with_a_name_that_cannot_be_read_is_rejected_alone(self, tmp_path: Path, visitor: str) -> None:
        write(tmp_path, "1980.xml", visit(), visit(visitor=visitor))
        (row,), (rejected,) = read_folder(tmp_path)
        assert (row.source, rejected.printed.source) == ("1980.xml, visit 1", "1980.xml, visit 2")
        assert rejected.reason.startswith("visitor is ")

    def test_may_have_no_description(self, tmp_path: Path) -> None:
        write(tmp_path, "1980.xml", visit(description=""))
        (row,), _ = read_folder(tmp_path)
        assert row.description == ""

    def test_comes_in_the_order_of_file_and_document(self, tmp_path: Path) -> None:
        write(tmp_path, "1990.xml", visit())
        write(tmp_path, "1980.xml", visit(), visit())
        rows, _ = read_folder(tmp_path)
        assert [row.source for row in rows] == ["1980.xml, visit 1", "1980.xml, visit 2", "1990.xml, visit 1"]


class TestARowThatCannotBeUnderstood:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"end-date": "1987-12-06"}, "end-date is '1987-12-06': expected a day on or after the start, 1987-12-07"),
            ({"start-date": ""}, "start-date is '': expected a day as YYYY-MM-DD"),
            ({"start-date": "1987-12"}, "start-date is '1987-12'"),
            ({"end-date": "1987-02-30"}, "end-date is '1987-02-30'"),
            ({"end-date": "19871210"}, "end-date is '19871210'"),
            ({"end-date": "١٩٨٧-١٢-١٠"}, "end-date is '١٩٨٧-١٢-١٠'"),
            ({"visitor": "  "}, "visitor is '': expected somebody"),
            ({"country_id": "atlantis", "from": "Atlantis"}, "country id is 'atlantis'"),
            ({"from": ""}, "country label is ''"),
        ],
    )
    def test_is_rejected_with_its_reason(self, tmp_path: Path, changes: dict[str, str], reason: str) -> None:
        write(tmp_path, "1980.xml", visit(**changes), visit())
        rows, (rejected,) = read_folder(tmp_path)
        assert len(rows) == 1
        assert rejected.reason.startswith(reason)
        assert rejected.printed.source == "1980.xml, visit 1"

    def test_is_rejected_rather_than_half_read_when_a_field_comes_twice(self, tmp_path: Path) -> None:
        write(tmp_path, "1980.xml", visit().replace("</visit>", "<start-date>1987-12-08</start-date></visit>"))
        rows, (rejected,) = read_folder(tmp_path)
        assert rows == []
        assert rejected.printed.start == "1987-12-07 1987-12-08"

    @given(
        st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "start-date": st.sampled_from(["1987-12-07", "1987-12-11", "1987-13-01", ""]),
                    "visitor": st.sampled_from(["President A", " "]),
                    "country_id": st.sampled_from(["france", "", "atlantis"]),
                    "from": st.sampled_from(["France", ""]),
                },
            )
        )
    )
    def test_is_never_dropped_silently(self, changes: list[dict[str, str]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), "1980.xml", *(visit(**change) for change in changes))
            rows, rejected = read_folder(Path(folder))
        assert len(rows) + len(rejected) == len(changes)


class TestAFolderThatCannotBeRead:
    def test_names_the_file_and_the_line_of_what_is_malformed(self, tmp_path: Path) -> None:
        (tmp_path / "1980.xml").write_text("<visits>\n<visit>\n</visits>", encoding="utf-8")
        with pytest.raises(UnreadableInput, match=r"1980\.xml cannot be read: line 3") as error:
            read_folder(tmp_path)
        assert error.value.path == str(tmp_path / "1980.xml")

    def test_without_xml_files_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="expected a folder with the XML files of one snapshot"):
            read_folder(tmp_path)

    def test_with_another_list_says_which(self, tmp_path: Path) -> None:
        (tmp_path / "trips.xml").write_text("<trips/>", encoding="utf-8")
        with pytest.raises(UnreadableInput, match="expected a list of <visits>, found <trips>"):
            read_folder(tmp_path)

    def test_with_entities_that_would_explode_is_refused(self, tmp_path: Path) -> None:
        bomb = '<!DOCTYPE visits [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><visits><visit>&b;</visit></visits>'
        (tmp_path / "1980.xml").write_text(bomb, encoding="utf-8")
        with pytest.raises(UnreadableInput, match="expected plain XML"):
            read_folder(tmp_path)

    def test_in_an_unknown_encoding_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "1980.xml").write_bytes(b'<?xml version="1.0" encoding="moon-1"?><visits/>')
        with pytest.raises(UnreadableInput, match=r"1980\.xml"):
            read_folder(tmp_path)


def snapshots(shared_data: Path) -> Iterator[Path]:
    return iter(sorted((shared_data / "statedept" / "visits").iterdir()))


class TestThePublishedSnapshots:
    def test_are_taken_or_rejected_row_by_row(self, shared_data: Path) -> None:
        counts = {}
        for folder in snapshots(shared_data):
            rows, rejected = read_folder(folder)
            counts[folder.name] = (len(rows), len(rejected))
        assert counts == {
            "2016-08-16": (2707, 1),
            "2018-03-12": (2915, 1),
            "2020-05-05": (2961, 2),
            "2020-11-19": (2964, 1),
            "2021-02-25": (2986, 0),
            "2021-11-18": (3000, 0),
        }

    def test_have_as_many_rows_as_visit_elements(self, shared_data: Path) -> None:
        for folder in snapshots(shared_data):
            printed = sum(file.read_text(encoding="utf-8").count("<visit>") for file in folder.glob("*.xml"))
            rows, rejected = read_folder(folder)
            assert len(rows) + len(rejected) == printed

    def test_are_rejected_only_where_a_visit_ends_before_it_starts(self, shared_data: Path) -> None:
        rejected = {
            (row.printed.visitor, row.printed.start, row.printed.end)
            for folder in snapshots(shared_data)
            for row in read_folder(folder)[1]
        }
        assert rejected == {
            ("Prime Minister Ahmed Mohamed Nazif", "2005-05-17", "2005-05-08"),
            ("President Nursultan Nazarbayev", "2018-01-16", "2018-01-10"),
        }
