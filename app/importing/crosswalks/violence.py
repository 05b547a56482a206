"""The types of UCDP and ACLED, and the type of ours that each is."""

# UCDP type_of_violence: our type, and UCDP's own name for it.
UCDP = {
    "1": ("armed_clash", "state-based"),
    "2": ("armed_clash", "non-state"),
    "3": ("assault", "one-sided"),
}

# ACLED sub_event_type, and event_type where the sub type is unknown or says no more.
ACLED = {
    "Battles": "armed_clash",
    "Armed clash": "armed_clash",
    "Government regains territory": "occupation",
    "Non-state actor overtakes territory": "occupation",
    "Explosions/Remote violence": "bombing",
    "Air/drone strike": "airstrike",
    "Chemical weapon": "chemical_attack",
    "Grenade": "bombing",
    "Remote explosive/landmine/IED": "bombing",
    "Shelling/artillery/missile attack": "shelling",
    "Suicide bomb": "bombing",
    "Violence against civilians": "assault",
    "Abduction/forced disappearance": "abduction",
    "Attack": "assault",
    "Sexual violence": "assault",
    "Protests": "protest",
    "Excessive force against protesters": "repression",
    "Peaceful protest": "protest",
    "Protest with intervention": "protest",
    "Riots": "riot",
    "Mob violence": "riot",
    "Violent demonstration": "riot",
    "Strategic developments": "mobilisation",
    "Agreement": "agreement",
    "Arrests": "arrest",
    "Change to group/activity": "mobilisation",
    "Disrupted weapons use": "seizure",
    "Headquarters or base established": "deployment",
    "Looting/property destruction": "seizure",
    "Non-violent transfer of territory": "retreat",
    "Other": "mobilisation",
}

# ACLED event types before 2019, which had no sub types.
ACLED_FORMER = {
    "Battle-No change of territory": "armed_clash",
    "Battle-Government regains territory": "occupation",
    "Battle-Non-state actor overtakes territory": "occupation",
    "Battle-Non-state actors overtake territory": "occupation",
    "Battle-Rebels overtake territory": "occupation",
    "Headquarters or base established": "deployment",
    "Non-violent activity by a conflict actor": "mobilisation",
    "Non-violent transfer of territory": "retreat",
    "Remote violence": "bombing",
    "Strategic development": "mobilisation",
}
_ACLED = {name.casefold(): type_ for name, type_ in (ACLED | ACLED_FORMER).items()}


def of_acled(event: str, sub: str, inter: str) -> str | None:
    """Our type for an ACLED EVENT, by its SUB type if that is known; INTER tells former riots from protests."""
    if event.casefold() == "riots/protests":
        return "riot" if inter in {"5", "Rioters"} else "protest"
    return _ACLED.get(sub.casefold()) or _ACLED.get(event.casefold())


# ACLED inter codes, as numbers (exports up to 2024) and as words: the kind of actor.
INTER = {
    "1": "government_body",
    "2": "armed_group",
    "3": "armed_group",
    "4": "armed_group",
    "5": "population",
    "6": "population",
    "7": "population",
    "8": "other",
    "State forces": "government_body",
    "Rebel group": "armed_group",
    "Rebel groups": "armed_group",
    "Political militia": "armed_group",
    "Political militias": "armed_group",
    "Identity militia": "armed_group",
    "Identity militias": "armed_group",
    "Rioters": "population",
    "Protesters": "population",
    "Civilians": "population",
    "External/Other forces": "other",
}
