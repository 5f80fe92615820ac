"""A tab of a browser as the dashboard sees it: a websocket that speaks Streamlit's protocol."""

from __future__ import annotations

from types import TracebackType

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Tab:
    """A page of the dashboard at an address, open for as long as the block lasts."""

    def __init__(self, address: str, page: str = "", query: str = "") -> None:
        self._address, self._page, self._query = address, page, query
        self._buttons: dict[str, tuple[str, str]] = {}
        """Id and fragment of each button, by its key."""

    async def __aenter__(self) -> Tab:
        self._session = aiohttp.ClientSession()
        url = f"{self._address.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await self._session.ws_connect(url, protocols=["streamlit"], max_msg_size=0)
        await self._send()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._session.close()

    async def drawn(self) -> None:
        """Wait until the page is drawn."""
        while (await self._received()).WhichOneof("type") != "script_finished":
            pass

    async def press(self, key: str) -> None:
        """Press the button of that key, once it is there."""
        while key not in self._buttons:
            await self._received()
        await self._send(*self._buttons[key])

    async def _send(self, button: str = "", fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = self._page
        message.rerun_script.fragment_id = fragment
        if button:
            message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
        await self._socket.send_bytes(message.SerializeToString())

    async def _received(self) -> ForwardMsg:
        message = ForwardMsg.FromString(await self._socket.receive_bytes(timeout=60))
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "button":
            button = message.delta.new_element.button
            self._buttons[button.id.split("-", 2)[2]] = (button.id, message.delta.fragment_id)
        return message
