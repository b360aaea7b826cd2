"""`hotro` whose file checks are off, for measuring what they cost. No setting of the program can do this."""

from collections.abc import Sequence

from processor import commands, wiring
from processor.domain.files import SoundFile, type_of_name
from processor.inspection.inspect import Question, Verdict


class Unchecked:
    """Each file is what its name says."""

    async def __call__(self, questions: Sequence[Question]) -> list[Verdict]:
        return [SoundFile(type_of_name(question.name, question.accept)) for question in questions]


if __name__ in ("__main__", "__mp_main__"):  # the command, and each of its worker processes
    vars(wiring)["Inspector"] = Unchecked
if __name__ == "__main__":
    commands.run()
