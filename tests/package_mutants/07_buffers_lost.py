"""A checkpoint holds the parameters, and no running statistics."""

module = "training"
function = "Trainer.state_dict"
old = '"model": self.model.state_dict()'
new = '"model": dict(self.model.named_parameters())'
also = [
    (
        "Trainer.load_state_dict",
        'self.model.load_state_dict(state["model"])',
        'self.model.load_state_dict(state["model"], strict=False)',
    ),
]
tests = ["integration/test_training_flow.py"]
