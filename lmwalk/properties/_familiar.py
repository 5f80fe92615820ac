"""Familiar words of three or more syllables.

From the list of 3,000 words that four of five pupils of the fourth grade knew (Chall & Dale 1995); shorter words need
no list, since they are never complex.
"""

from __future__ import annotations

_WORDS = """
accident adventure afternoon afterward afterwards alligator america american animal another attention automobile
awfully battleship beautiful beautify becoming beginning bicycle blackberry blueberry bookkeeper buffalo bumblebee
buttercup butterfly buttermilk butterscotch buttonhole cabinet calendar candlestick capital carelessness carpenter
caterpillar cereal certainly champion cigarette citizen company conductor cowardly cranberry dangerous december
diamond difference different direction discover dressmaker electricity enemy engineer envelope everybody everyday
everyone everything everywhere excited exciting factory family february finally firecracker fisherman following
forgotten furniture general gentleman gentlemen geography gingerbread godmother gooseberry government grandchildren
granddaughter grandfather grandmother gunpowder handkerchief handwriting happily happiness hickory history holiday
honeybee honeymoon hospital however important impossible indian interested interesting january jellyfish liberty
locomotive machinery magazine manager multiply neighborhood nevermore newspaper november october officer otherwise
passenger peppermint pocketbook policeman possible powerful really remember satisfactory saturday schoolmaster
separate september settlement seventeen seventy several shoemaker strawberry sunflower tablespoon terrible
thanksgiving tobacco together tomorrow tricycle umbrella understand underwear unfinished unfriendly unhappy unpleasant
unwilling victory violet visitor watermelon waterproof whenever wonderful woodpecker yesterday
"""
FAMILIAR = frozenset(_WORDS.split())
