"""A neutral text of our own, for marks to be put into."""

from __future__ import annotations

NEUTRAL = (
    "The road to the village follows the river for a mile and then climbs through a small wood. In the morning the "
    "baker opens his shop and sets the bread in the window. Children walk past on their way to school and wave to "
    "him. Behind the church there is a square with four old trees, and under the trees stand two benches. People sit "
    "there when the sun is warm and talk about the harvest, the weather and the price of wood. On market days the "
    "farmers bring apples, cheese and eggs, and the square is full of voices until noon. After lunch it grows quiet "
    "again. A cat sleeps on the steps of the town hall while the clock above the door counts the hours. In the "
    "evening the lamps are lit one after the other, and the river carries their light down the valley. When winter "
    "comes, snow covers the roofs and the road is closed for some days. Then the people stay at home, mend their "
    "tools and read. In spring the water rises, the bridge is painted, and the first carts cross it on the way to the "
    "coast. By summer the fields are high and green, and the mill at the end of the valley turns from early morning "
    "until late at night. In autumn the leaves of the four trees fall upon the benches, and the baker sweeps them "
    "away before he opens his shop."
)
