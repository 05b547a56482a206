"""Made-up rows in GDELT's layouts."""

from app.importing.formats.gdelt_events import COLUMNS

URL = "https://news.example/envoy-visits"
USUAL = {
    "GLOBALEVENTID": "1001",
    "SQLDATE": "20190105",
    "Actor1Code": "NLDGOV",
    "Actor1Name": "AMSTERDAM",
    "Actor1CountryCode": "NLD",
    "Actor2Code": "RUS",
    "Actor2Name": "MOSCOW",
    "Actor2CountryCode": "RUS",
    "IsRootEvent": "1",
    "EventCode": "042",
    "EventBaseCode": "042",
    "EventRootCode": "04",
    "QuadClass": "1",
    "GoldsteinScale": "1.9",
    "NumMentions": "6",
    "NumSources": "2",
    "NumArticles": "5",
    "AvgTone": "-1.25",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Utrecht, Utrecht, Netherlands",
    "ActionGeo_CountryCode": "NL",
    "ActionGeo_ADM1Code": "NL09",
    "ActionGeo_Lat": "52.1",
    "ActionGeo_Long": "5.12",
    "ActionGeo_FeatureID": "-2156809",
    "DATEADDED": "20190106101500",
    "SOURCEURL": URL,
}
ADM2 = ("Actor1Geo_ADM2Code", "Actor2Geo_ADM2Code", "ActionGeo_ADM2Code")


def row(**cells: str) -> str:
    """A row of GDELT 2.0: the usual one but for CELLS."""
    return "\t".join((USUAL | cells).get(name, "") for name in COLUMNS)


def row_1(*, url: bool = True, **cells: str) -> str:
    """The same of GDELT 1.0, perhaps of the days before addresses."""
    whole = USUAL | {"DATEADDED": "20190106"} | cells
    names = [name for name in COLUMNS if name not in ADM2 and (url or name != "SOURCEURL")]
    return "\t".join(whole.get(name, "") for name in names)


def rows(number: int) -> str:
    """A file of NUMBER different rows, of several actors, places and articles."""
    codes = ("042", "013", "190", "0841", "112")
    return "".join(
        row(
            GLOBALEVENTID=str(5000 + each),
            SQLDATE=f"201901{each % 28 + 1:02}",
            Actor1Code=("NLDGOV", "NLDMIL", "FRAGOV", "")[each % 4],
            Actor1Name=("AMSTERDAM", "ARMY", "PARIS", "")[each % 4],
            EventCode=codes[each % 5],
            GoldsteinScale=("1.9", "0.4", "-10.0", "7", "-2.0")[each % 5],
            ActionGeo_FeatureID=str(each % 7 + 100),
            ActionGeo_FullName=f"Town {each % 7}, Netherlands",
            SOURCEURL=f"https://news.example/{each // 3}",
        )
        + "\n"
        for each in range(number)
    )
