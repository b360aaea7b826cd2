"""When a form takes dossiers: from a day to a day, with a grace for those who began in time."""

from datetime import date, timedelta

from pydantic import Field, model_validator

from processor.domain.policy import Frozen


class Opening(Frozen):
    """Days are whole days in Viet Nam; a form without an opening is always open."""

    opens_on: date
    closes_on: date = Field(description="Ngày cuối cùng còn nhận.")
    grace_days: int = Field(default=3, ge=0, le=60, description="Số ngày thêm cho bản nháp bắt đầu trước khi đóng.")
    next_opens_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Opening":
        if self.closes_on < self.opens_on:
            raise ValueError("closes_on sớm hơn opens_on")
        return self

    @property
    def grace_until(self) -> date:
        return self.closes_on + timedelta(days=self.grace_days)

    def takes(self, today: date, begun_on: date | None = None) -> bool:
        """`begun_on` is the day a draft was begun, None for what begins today."""
        if self.opens_on <= today <= self.closes_on:
            return True
        in_time = begun_on is not None and self.opens_on <= begun_on <= self.closes_on
        return in_time and today <= self.grace_until
