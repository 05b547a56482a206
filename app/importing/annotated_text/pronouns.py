"""Pronouns, which people mark as persons and link to whom they mean, but which name nobody."""

import re

# Of the commonest languages, without those that are names too (Ella, Elle, Ben).
_PRONOUNS = frozenset(
    """
    i me my mine myself we us our ours ourselves you your yours he him his himself she her hers herself it its itself
    they them their theirs themselves who whom whose which that this these those one
    я меня мне мной мы нас нам нами ты тебя тебе вы вас вам вами он она оно они его него ее нее её неё ему нему им ним
    ей ней их них ими ними себя себе собой свой кто который которая которое которые которого которой которых
    він вона воно вони його її їх
    أنا نحن أنت أنتم هو هي هما هم هن نفسه نفسها الذي التي الذين او آنها آنان ایشان
    ich mich mir wir uns er ihn ihm sie ihr ihnen sich je moi nous vous il ils elles lui eux yo nosotros él ellos ellas
    usted ustedes ele eles elas nós
    我 我们 我們 你 您 你们 你們 他 她 它 他们 他們 她们 她們 它们 自己
    """.split()  # noqa: RUF001, SIM905 - words of several scripts, and more of them than a list should have lines
)

# English verbs that are written together with them: I'm, we've, they'll.
_VERB = re.compile(r"['’](?:m|re|ve|ll|d|s)$", re.IGNORECASE)  # noqa: RUF001 - the apostrophe of print


def is_pronoun(words: str) -> bool:
    """Whether WORDS are a pronoun. What is in capitals (US, WHO, IT) is a name, but for I."""
    words = _VERB.sub("", words)
    return words == "I" or (words.casefold() in _PRONOUNS and not (words.isupper() and len(words) > 1))
