"""A channel of an older version goes on under its URL, and gets what channels have now."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import command
from alembic.config import Config

from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.migrations.schema import PACKAGE, VERSION_TABLE
from hookproof_receiver.slack import SlackService
from hookproof_receiver.slack.payload import read_payload
from hookproof_runtime.database import open_engine, writing


def test_what_was_there_before_stays_and_is_complete(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    config = Config()
    config.set_main_option("script_location", PACKAGE.replace(".", ":", 1).replace(".", "/"))
    config.attributes["version_table"] = VERSION_TABLE
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        for number in "12":
            connection.exec_driver_sql(
                "INSERT INTO hookproof_slack_channels (service_id, team_id, token, name, created_ns) "
                f"VALUES ('B{number}', 'T{number}', 'secret{number}', 'channel-{number}', {number})"
            )
    bring_up_to_date(engine)

    service = SlackService(engine)
    first, second = (channel for channel, _ in service.channels())
    for channel in first, second:
        assert re.fullmatch(r"C[A-Z0-9]{10}", channel.channel_id)
        assert re.fullmatch(r"xoxb-\d{12}-\d{12}-[A-Za-z0-9]{24}", channel.bot_token)
        assert "open" == channel.state
    assert first.bot_token != second.bot_token
    assert first == service.webhook_at("T1/B1/secret1") == service.app_of(first.bot_token)
    service.post(first, read_payload(b'{"text": "a"}'))
    assert ["a"] == [message.text for message in service.messages("channel-1")]
    assert "T1" == service.new_channel("new").team_id
    engine.dispose()
