"""A recurrent network made of Linear layers, which tells the language of a word by its letters."""

import random

import torch
import torch.nn as nn

GOAL = 0.35
WORDS = {
    "Italian": "rossi bianchi ferrari romano greco gallo conti marino costa bruno",
    "German": "schmidt fischer weber schulz becker koch schwarz krause vogt brandt",
    "Japanese": "tanaka suzuki takahashi watanabe nakamura kimura yamada sakata honda wada",
}
all_categories = list(WORDS)
letters = "abcdefghijklmnopqrstuvwxyz"
n_letters, n_hidden = len(letters), 24


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(input_size + hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        output = self.softmax(self.i2o(combined))
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)


def build():
    return RNN(n_letters, n_hidden, len(all_categories))


def line_to_tensor(line):
    tensor = torch.zeros(len(line), 1, n_letters)
    for li, letter in enumerate(line):
        tensor[li][0][letters.find(letter)] = 1
    return tensor


def category_from_output(output):
    _, top_i = output.topk(1)
    category_i = top_i[0].item()
    return all_categories[category_i], category_i


def train(rnn):
    criterion = nn.NLLLoss()
    learning_rate = 0.02
    pairs = [(name, word) for name, words in WORDS.items() for word in words.split()]
    chance = random.Random(0)
    losses = []
    for _ in range(40):
        chance.shuffle(pairs)
        total = 0.0
        for category, line in pairs:
            category_tensor = torch.tensor([all_categories.index(category)], dtype=torch.long)
            hidden = rnn.initHidden()
            rnn.zero_grad()
            for letter in line_to_tensor(line):
                output, hidden = rnn(letter, hidden)
            loss = criterion(output, category_tensor)
            loss.backward()
            for p in rnn.parameters():
                p.data.add_(p.grad.data, alpha=-learning_rate)
            total += loss.item()
        losses.append(total / len(pairs))
    right = 0
    with torch.no_grad():
        for category, line in pairs:
            hidden = rnn.initHidden()
            for letter in line_to_tensor(line):
                output, hidden = rnn(letter, hidden)
            right += category_from_output(output)[0] == category
    assert right / len(pairs) > 0.8, right
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
