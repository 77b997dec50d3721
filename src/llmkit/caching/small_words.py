"""Small words that decide what is asked for, and those that do not."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = _words(
    "no not never none nothing nobody nowhere neither nor without cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt "
    "shouldnt couldnt hasnt havent hadnt aint nicht kein keine keinen keiner keinem nie niemals ohne ne pas jamais sans sin nunca "
    "ningún ninguna non senza mai niet geen zonder não nem sem nej inte aldrig ikke aldri нет не без никогда"
)
"""All of them are the one sign `not`."""

LIMITS = _words(
    "again against all almost already alone always and another any anymore anything because before after below above beneath between "
    "both but by during each either else enough even every everything except exactly excluding few fewer first second third last next "
    "previous from half double twice once if including inside instead into just least less many maximum max minimum min more most much "
    "off on only opposite or other out outside over per rather same several since single some still than then through times together "
    "too under unless unlike until up down upon versus vs while whole with within yet zero one two three four five six seven eight nine "
    "ten eleven twelve dozen hundred thousand million billion trillion percent who whose when where why how was were will did had "
    "should must may might would shall"
)
"""Words that change what is asked for, small as they are: a question has the same ones, or it is another."""

FILLERS = _words(
    "a an the this that these those is are am be being been do does done have has can could what whats which to of there theres its "
    "please kindly tell explain describe hi hello hey thanks thank really actually simply so okay ok"
)
"""Words that may come, go and change places."""

OPENINGS = _words(
    "i im my me we us you your he she it they in for at about give show let write summarize summarise translate list find make create "
    "compare define calculate compute convert solve suggest recommend draft generate rewrite fix improve help use add remove delete set "
    "get"
)
"""Words whose capital letter at the beginning of a sentence makes no name of them, beside those above."""
