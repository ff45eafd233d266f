# %% [markdown]
# # 10 · Tokenization
#
# A network computes with numbers, but a text is made of letters. So before anything can be learned
# from it, it is cut into pieces, **tokens**, and each token gets a whole number, its **id**. What
# does this, and turns ids back into text, is a **tokenizer**; all its tokens together are its
# **vocabulary**.
#
# Where to cut is a choice with consequences. Characters make long sequences, in which a model must
# learn to spell before anything else. Words make short ones, but what of a word that was never
# seen? Language models are in between: frequent words are one token each, rare ones are spelled in
# parts, and the parts are found by counting. At the end of this module you own the tokenizer of
# GPT-2, byte-level BPE. It learns from a megabyte in half a second, in plain Python.
#
# ## 1. One id per character
#
# The simplest tokenizer gives an id to each distinct character of a text. Decoding its ids gives
# back the text exactly. But a character that was not in the text has no id, and then the only
# honest answer is an error that says which one it was.
#
# **Exercise 1 · easy · 10 minutes.** Fill in `CharTokenizer.encode`.

# %% given: imports
# %% given: notebook-imports
# %% given: tests


# %% nbgrader={"grade_id": "char-encode", "solution": true}
#| export
class CharTokenizer(Tokenizer):
    """An id for each distinct character of `text`, in the order of their code points.

    `vocabulary` lists the characters, `ids` is {character: id}.
    Shapes: a text of n characters <-> a list of n ids.
    Source: Karpathy (2015), char-rnn, https://github.com/karpathy/char-rnn
    """

    _parts = (("characters", str),)

    def __init__(self, text: str):
        self.vocabulary = sorted(set(text_of("CharTokenizer", text, binary=False)))
        self.ids = {character: i for i, character in enumerate(self.vocabulary)}

    def encode(self, text: str) -> list:
        """The id of each character of `text`.

        Raises: ValueError that names the first character without an id as repr shows it, so that
        one sees it even if it is a line break, and its position in the text, from 0 on.
        """
        text_of("encode", text, binary=False)
        # About six lines.
        ### BEGIN SOLUTION
        for position, character in enumerate(text):
            if character not in self.ids:
                raise ValueError(
                    f"{character!r} at position {position} has no id: it was not in the text that "
                    "this CharTokenizer was made from"
                )
        return [self.ids[character] for character in text]
        ### END SOLUTION

    def decode(self, ids) -> str:
        """The text of ids (a list, array or tensor). Raises: ValueError for an id there is not."""
        ids = ids_of("decode", ids)
        for i in ids:
            if not 0 <= i < len(self.vocabulary):
                raise ValueError(f"id {i} is not one of the {len(self.vocabulary)} ids from 0 on")
        return "".join(self.vocabulary[i] for i in ids)

    def _state(self) -> dict:
        return {"characters": "".join(self.vocabulary)}


# %% nbgrader={"grade_id": "char-encode-test", "grade": true, "points": 2}
# The letters of "hello" have the ids e 0, h 1, l 2, o 3.
small = CharTokenizer("hello")
equal(small.encode("hole"), [1, 3, 2, 0], "the ids of 'hole'", suspects=MISTAKES["hole"])
equal(small.encode("ll"), [2, 2], "the ids of 'll'", hint="every character counts, repeated or not")
equal(small.encode(""), [], "the ids of an empty text")
equal(small.decode(small.encode("hello")), "hello", "'hello', encoded and decoded")

# %% nbgrader={"grade_id": "char-encode-test-2", "grade": true, "points": 1}
# A character without an id: the error names it, as repr shows it, and its position.
small, hint = CharTokenizer("hello"), "f'{character!r}' writes a character as repr does"
with raises(ValueError, ("'z'", "3"), "the error for 'helzzo'", hint=hint):
    small.encode("helzzo")
with raises(ValueError, (r"'\\n'", "4"), r"the error for 'hell\n'", hint=hint):
    small.encode("hell\n")

# %% nbgrader={"grade_id": "char-encode-hidden", "grade": true, "points": 1}
# Also graded: other alphabets, characters far from ASCII, an unknown one at the very beginning.
### BEGIN HIDDEN TESTS
text = "Zwölf Boxkämpfer, 三人\n\t!"
wide = CharTokenizer(text)
equal(wide.encode(text), [sorted(set(text)).index(c) for c in text], "the ids of a mixed text")
equal(wide.decode(wide.encode("人三!")), "人三!", "a mixed text, encoded and decoded")
with raises(ValueError, ("'é'", "0"), "the error for a first character without an id"):
    wide.encode("é!")
with raises(ValueError, ("'H'", "0"), "the error for a capital letter"):
    CharTokenizer("hello").encode("Hello")
### END HIDDEN TESTS

# %%
print(small, small.vocabulary)
try:
    small.encode("hello, world")
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## 2. Bytes, and what to do about their number
#
# There are more than 150,000 characters, each with a number, its **code point**. No table of them
# is ever complete. But on disk every text is a row of bytes: **UTF-8** writes a code point as one
# to four of them. With an id for each of the 256 bytes, nothing is unknown: neither a new emoji nor
# a file that is not text at all.

# %%
for character in "a", "é", "三", "🙂":
    print(character, f"code point {ord(character):6}   bytes", list(character.encode()))

# %% [markdown]
# The price is length: a token for each byte. **Byte-pair encoding** (BPE), once invented to
# compress files, makes sequences shorter: take a pair of neighboring ids that occurs often, and
# give it an id of its own, the next that is free. Replacing the pair by the new id everywhere is
# called a **merge**. After a dozen of them " the" is a single token.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `merge`. Think of "aaa" and the pair (a, a): there are
# two places where the pair stands, and they overlap.


# %% nbgrader={"grade_id": "merge", "solution": true}
#| export
def merge(ids: list, pair: tuple, new: int) -> list:
    """`ids` with `new` in place of each `pair` of neighbors, from left to right, as a new list.

    An id is part of one pair at most: what was joined is not joined again.
    Source: Gage (1994), A New Algorithm for Data Compression, The C Users Journal 12(2).
    """
    # About eight lines.
    ### BEGIN SOLUTION
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
    ### END SOLUTION


# %% nbgrader={"grade_id": "merge-test", "grade": true, "points": 2}
# The pair (1, 2) becomes 9: at the beginning, in the middle, at the end; 2, 1 is another pair.
ids = [1, 2, 1, 2, 3, 2, 1, 1, 2]
found, what = merge(ids, (1, 2), 9), "1 2 1 2 3 2 1 1 2 merged"
equal(found, [9, 9, 3, 2, 1, 9], what, suspects=MISTAKES["1 2"])
equal(ids, [1, 2, 1, 2, 3, 2, 1, 1, 2], "the list after the call", hint="make a list of your own")
for ids, expected in (([], []), ([1], [1]), ([2, 1], [2, 1]), ([1, 2], [9]), ([3, 1], [3, 1])):
    equal(merge(ids, (1, 2), 9), expected, f"{ids} merged")

# %% nbgrader={"grade_id": "merge-test-2", "grade": true, "points": 1}
# Pairs that overlap: five times the same id.
a = 97
equal(merge([a] * 5, (a, a), 9), [9, 9, a], "a a a a a merged", suspects=MISTAKES["aaaaa"])
equal(merge([a] * 2 + [98] + [a] * 3, (a, a), 9), [9, 98, 9, a], "a a b a a a merged")

# %% nbgrader={"grade_id": "merge-hidden", "grade": true, "points": 2}
# Also graded: many random lists, and ids above 255.
### BEGIN HIDDEN TESTS
for seed in range(20):
    ids = np.random.default_rng(seed).integers(300, 303, size=seed).tolist()
    for pair in ((300, 301), (302, 302), (301, 300)):
        equal(merge(ids, pair, 400), joined(ids, pair, 400), f"{ids} with {pair} merged")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Learning merges by counting
#
# Which pairs? The most frequent ones of a large text, one after the other: count all pairs, merge
# the best, count again. Two things save most of the work and keep tokens sensible:
#
# - The text is cut into **pre-tokens** first: words, each with the space before it, numbers,
#   punctuation, white space. A merge never crosses from one into the next. Otherwise "dog." and
#   "dog!" would become tokens of their own, and "of the" as well.
# - Text repeats itself. The megabyte of plays has 285,000 pre-tokens, but only 15,650 different
#   ones. Each of these, from here on a *word*, is looked at once, and each of its pairs counts as
#   often as the word occurs.

# %% given: pre-tokens
# %% given: plays

# %%
print(pre_tokens("To be, or not to be: that's   the question.\n"))
print(f"{sum(words.values()):,} pre-tokens, {len(words):,} different; the most frequent:")
print(*(f"{word} {times:,}" for word, times in Counter(words).most_common(6)), sep="   ")


# %%
#| export
def count_pairs(rows) -> dict:
    """{pair: how often it occurs} in `rows`, pairs of (ids, how often this row of ids occurs)."""
    counts = {}
    for ids, times in rows:
        for pair in pairwise(ids):
            counts[pair] = counts.get(pair, 0) + times
    return counts


# %% [markdown]
# Of pairs that are equally frequent, one must be chosen, and always the same one: otherwise two
# runs would give two vocabularies. Ours is the one with the smaller ids, compared as Python
# compares tuples.
#
# **Exercise 3 · medium · 25 minutes.** Fill in `merges_by_recounting`, with `count_pairs` and your
# `merge`. Ids 0 to 255 are the bytes, so the first merge makes id 256.


# %% nbgrader={"grade_id": "recount", "solution": true}
#| export
def merges_by_recounting(words: dict, count: int) -> list:
    """The first `count` merges learned from `words`, {bytes: how often}: a list of pairs of ids.

    Each is the most frequent pair of neighbors inside of words, after the merges before it; of
    pairs equally frequent, the one with the smaller ids. Merge number k (from 0) makes id 256 + k.
    If no pair is left, there are fewer than `count`. `words` is not changed.
    Source: Sennrich, Haddow and Birch (2016), algorithm 1, arXiv:1508.07909.
    """
    # About nine lines. list(b"ab") is [97, 98]; min takes a key, as sorted does.
    ### BEGIN SOLUTION
    rows, merges = [(list(word), times) for word, times in words.items()], []
    while len(merges) < count:
        counts = count_pairs(rows)
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        rows = [(merge(ids, best, 256 + len(merges)), times) for ids, times in rows]
        merges.append(best)
    return merges
    ### END SOLUTION


# %% nbgrader={"grade_id": "recount-test", "grade": true, "points": 2}
# The word "xy" occurs three times, "aab" and "aac" once each, so that "aa" comes second.
corpus = {b"aab": 1, b"xy": 3, b"aac": 1}
equal(merges_by_recounting(corpus, 1), [(120, 121)], "the first merge", suspects=MISTAKES["first"])
equal(corpus, {b"aab": 1, b"xy": 3, b"aac": 1}, "the words after the call")
expected = [(120, 121), (97, 97), (257, 98), (257, 99)]
found = merges_by_recounting(corpus, 4)
equal(found, expected, "the first four merges", suspects=MISTAKES["four"])
equal(merges_by_recounting(corpus, 9), expected, "all merges that there are, of nine asked for")

# %% nbgrader={"grade_id": "recount-test-2", "grade": true, "points": 2}
# Pairs that are equally frequent; no merge at all; words without a pair.
tied = {b"ex": 2, b"bcd": 2}
expected = [(98, 99), (101, 120), (256, 100)]
equal(merges_by_recounting(tied, 3), expected, "merges of ties", suspects=MISTAKES["ties"])
equal(merges_by_recounting(tied, 0), [], "no merges, where none are asked for")
equal(merges_by_recounting({b"a": 5, b"": 2}, 3), [], "merges of words without a pair")
equal(merges_by_recounting({b"aaaa": 1}, 3), [(97, 97), (256, 256)], "merges of 'aaaa'")

# %% nbgrader={"grade_id": "recount-hidden", "grade": true, "points": 2}
# Also graded: random words with many ties, bytes above 127, more merges.
### BEGIN HIDDEN TESTS
for seed in range(8):
    corpus = random_words(seed)
    for count in (1, 5, 30):
        expected = plain_merges(corpus, count)
        equal(merges_by_recounting(corpus, count), expected, f"{count} merges, words {seed}")
equal(merges_by_recounting({"三".encode(): 2}, 2), [(184, 137), (228, 256)], "merges of '三'")
### END HIDDEN TESTS

# %% given: token-bytes
# %% given: merge-by-merge

# %%
show_merges(
    merges_by_recounting({b" season": 4, b" reason": 5, b" treason": 2, b" sea": 3}, 8),
    (" seasons", " unreasonable"),
)

# %% [markdown]
# Merges are a recipe: applied in this order, they spell words that training never saw.
#
# ## 4. Only what has changed
#
# On the plays, this takes about 50 ms per merge: 4,000 merges would take minutes. Yet a merge of
# " t" and "h" changes nothing in words without them. An **inverted index** notes for each pair in
# which words it is, so that only these are looked at; and inside of them, only the neighbors of
# what was joined get new pairs. In `x a b y` with a b joined to N, (x, a) and (b, y) go, (x, N)
# and (N, y) come.
#
# How much does this save? Let us count how many pairs are looked at. Recounting looks at every pair
# that there is, before each merge; each join makes one pair fewer. The index looks at every pair
# once, in the beginning, and then at four pairs for each join (fewer where a word begins or ends).
#
# **Exercise 4 · easy · 15 minutes.** Fill in `visits`. Guess first: the plays have 96,000 pairs in
# their different words. How many times fewer does the index look at, for 256 merges?


# %% nbgrader={"grade_id": "visits", "solution": true}
def visits(pairs: int, joins: list) -> tuple:
    """(recounting, index): how many pairs are looked at until all merges are found.

    pairs: the pairs in all distinct words before the first merge. joins: for each merge, in how
    many places it joins its pair. The index: four pairs for each join, as if none were at an end.
    """
    # Three to six lines.
    ### BEGIN SOLUTION
    recounting, left = 0, pairs
    for places in joins:
        recounting += left
        left -= places
    return recounting, pairs + 4 * sum(joins)
    ### END SOLUTION


# %% nbgrader={"grade_id": "visits-test", "grade": true, "points": 3}
# A hundred pairs, and three merges that join ten, five and two places.
recounting, index = visits(100, [10, 5, 2])
equal(recounting, 275, "pairs looked at by recounting", suspects=MISTAKES["recounting"])
equal(index, 168, "pairs looked at by the index", suspects=MISTAKES["index"])

# %% nbgrader={"grade_id": "visits-hidden", "grade": true, "points": 1}
# Also graded: other numbers, one merge, none.
### BEGIN HIDDEN TESTS
for pairs, joins, expected in (
    (50, [7], (50, 78)),
    (12, [], (0, 12)),
    (1000, [100, 90, 80, 1], (1000 + 900 + 810 + 730, 1000 + 4 * 271)),
):
    equal(visits(pairs, joins), expected, f"visits({pairs}, {joins})")
### END HIDDEN TESTS

# %% [markdown]
# Now the heart of the index: what one merge does to one word.
#
# **Exercise 5 · hard · 45 minutes.** Fill in `join`. The trap is a place right after another one:
# in "abab" the second "ab" has the new id as its left neighbor, no longer a "b". So change the word
# as you go, and look at it as it is *now*.


# %% nbgrader={"grade_id": "join", "solution": true}
#| export
def join(word: list, pair: tuple, new: int) -> list:
    """Merge `pair` in `word`, in place; returns what that changes in the counts of its pairs.

    The changes are a list of (other pair, +1) or (other pair, -1), in any order: added up, they are
    the difference that the merge makes. A pair may come and go again. What is said of `pair` itself
    does not count, as it is gone. Places are joined from left to right, as by `merge`.
    """
    # About ten lines. word[i : i + 2] = [new] replaces two ids by one.
    ### BEGIN SOLUTION
    changes, i = [], 0
    first, second = pair
    while i < len(word) - 1:
        if word[i] == first and word[i + 1] == second:
            if i > 0:  # x a b -> x new
                changes += ((word[i - 1], first), -1), ((word[i - 1], new), 1)
            if i + 2 < len(word):  # a b y -> new y
                changes += ((second, word[i + 2]), -1), ((new, word[i + 2]), 1)
            word[i : i + 2] = [new]
        i += 1
    return changes
    ### END SOLUTION


# %% nbgrader={"grade_id": "join-test", "grade": true, "points": 2}
# x a b y: two pairs go, two come. At the beginning or end of a word, fewer.
check_join([5, 1, 2, 6], {(5, 1): -1, (2, 6): -1, (5, 9): 1, (9, 6): 1}, MISTAKES["joined"])
check_join([1, 2, 6], {(2, 6): -1, (9, 6): 1}, MISTAKES["at the beginning"])
check_join([5, 1, 2], {(5, 1): -1, (5, 9): 1})
check_join([1, 2], {})
check_join([2, 1, 5], {})

# %% nbgrader={"grade_id": "join-test-2", "grade": true, "points": 3}
# Places next to each other, with one id between them, and of two equal ids.
check_join([1, 2, 1, 2], {(2, 1): -1, (9, 9): 1}, MISTAKES["abab"])
check_join([1, 2, 5, 1, 2], {(2, 5): -1, (5, 1): -1, (9, 5): 1, (5, 9): 1})
check_join([5, 7, 7, 7, 6], {(5, 7): -1, (5, 9): 1, (9, 7): 1}, pair=(7, 7))
check_join([7, 7, 7, 7], {(9, 9): 1}, pair=(7, 7))

# %% nbgrader={"grade_id": "join-hidden", "grade": true, "points": 2}
# Also graded: many random words of few letters; no word, one letter.
### BEGIN HIDDEN TESTS
check_join([], {})
check_join([1], {})
for seed in range(60):
    draws = np.random.default_rng(seed).integers(1, 4, size=2 + seed % 12).tolist()
    pair, word = tuple(draws[:2]), draws[2:]
    check_join(word, differences(word, joined(word, pair, 9), pair), pair=pair)
### END HIDDEN TESTS

# %% [markdown]
# Given: the index, which adds your changes to its counts, once for each time the word occurs. The
# most frequent pair is on top of a **heap** (`heapq`), which finds it without looking at all of
# them. Entries in a heap cannot be changed. So where a count grows, a new entry is added, and an
# old one that is met with a wrong count is put right then (**lazy deletion**).

# %% given: pair-index

# %%
scene = {word.encode(): times for word, times in Counter(pre_tokens(training[:20_000])).items()}
found = []
for learn in (merges_by_recounting, merges_by_index):
    begin = time.process_time()
    found.append(learn(scene, 100))
    seconds = time.process_time() - begin
    print(f"{learn.__name__:21} {seconds:5.2f} s for 100 merges, {found[-1][:4]} ...")
assert found[0] == found[1], "both ways should learn the same merges"

# %% given: measuring

# %%
learned, joins, looked_at = measured_merges(words, 3840)
for count in (256, 3840):
    (recounting, index), measured = visits(pairs_in(words), joins[:count]), looked_at[count - 1]
    print(f"{count:,} merges: recounting looks at {recounting:,} pairs, the index at {measured:,}")
    print(f"    ({index:,} predicted at most): {recounting / measured:.0f} times fewer")
    assert measured <= index, "the index should look at no more pairs than predicted"
assert measured_recounting(scene, 30) == visits(pairs_in(scene), measured_merges(scene, 30)[1])[0]

# %% [markdown]
# Note that merges are a list that only grows: the first 256 of 3,840 merges are what training for
# 256 would have learned. One training gives every smaller vocabulary as well.
#
# ## 5. Encoding
#
# To encode a word, merges are applied in the order in which they were learned. The number of a
# merge is its **rank**: of all neighbors in the word, the pair with the lowest rank is joined
# first, then it is looked for again. Not the first pair from the left, and not the longest token
# that fits: the ids would not be those that training counted on. (To go through all merges for each
# word gives the same ids, but takes minutes: there are thousands, and few pairs in a word.)
#
# **Exercise 6 · medium · 20 minutes.** Fill in `encode_word`. Ids grow with the rank, so `ranks`
# can hold the new id of each pair.


# %% nbgrader={"grade_id": "encode-word", "solution": true}
#| export
def encode_word(word: bytes, ranks: dict) -> list:
    """The ids of a word: its bytes, merged as long as there is a pair with a rank, lowest first.

    ranks: {pair: its new id}; the lower the id, the sooner it is merged.
    Source: Sennrich, Haddow and Birch (2016), arXiv:1508.07909.
    """
    # About six lines. pairwise(ids) gives all pairs of neighbors, one by one.
    ### BEGIN SOLUTION
    ids = list(word)
    while len(ids) > 1:
        pair = min(pairwise(ids), key=lambda pair: ranks.get(pair, math.inf))
        if pair not in ranks:
            break
        ids = merge(ids, pair, ranks[pair])
    return ids
    ### END SOLUTION


# %% nbgrader={"grade_id": "encode-word-test", "grade": true, "points": 2}
# Merges: b c is 256, a b is 257, then ab c is 258 (the order shows).
ranks = {(98, 99): 256, (97, 98): 257, (257, 99): 258}
equal(encode_word(b"abc", ranks), [97, 256], "the ids of 'abc'", suspects=MISTAKES["abc"])
wrong = MISTAKES["a pair twice"]
equal(encode_word(b"abab", ranks), [257, 257], "the ids of 'abab'", suspects=wrong)
equal(encode_word(b"cab", ranks), [99, 257], "the ids of 'cab'")
for word, expected in ((b"", []), (b"a", [97]), (b"xyz", [120, 121, 122])):
    equal(encode_word(word, ranks), expected, f"the ids of {word}")
equal(encode_word(b"ab", {}), [97, 98], "the ids of 'ab' without merges")

# %% nbgrader={"grade_id": "encode-word-test-2", "grade": true, "points": 2}
# Merges of merges, and equal letters; words of training get the ids that training left them with.
ranks = {(97, 97): 256, (256, 256): 257, (256, 97): 258}
for count, expected in ((3, [258]), (4, [257]), (7, [257, 258]), (5, [257, 97])):
    equal(encode_word(b"a" * count, ranks), expected, f"the ids of {'a' * count!r}")
equal(encode_word(b" unreason", SEASONS), [32, 117, 110, 261], "the ids of ' unreason'")
equal(encode_word(b" seasons", SEASONS), [263, 115], "the ids of ' seasons'")

# %% nbgrader={"grade_id": "encode-word-hidden", "grade": true, "points": 1}
# Also graded: random words with merges learned from others.
### BEGIN HIDDEN TESTS
for seed in range(10):
    merges = plain_merges(random_words(seed), 25)
    ranks = {pair: 256 + k for k, pair in enumerate(merges)}
    for word in random_words(seed + 100):
        equal(encode_word(word, ranks), in_order(word, merges), f"the ids of {word}, merges {seed}")
### END HIDDEN TESTS

# %% [markdown]
# Words repeat, so the tokenizer below keeps the ids of each word that it has met in a dictionary, a
# **cache**. That makes encoding the plays about five times faster.
#
# ## 6. Decoding
#
# The way back: the bytes of all ids, joined. But a character may be spread over two tokens, and ids
# that a model makes up may not be UTF-8. `bytes.decode(errors="replace")` puts U+FFFD, the
# replacement character, where bytes make no sense.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `decode`. Does one decode each token, or all of them
# together? And what is `vocabulary[-1]`?


# %% nbgrader={"grade_id": "decode", "solution": true}
#| export
def decode(ids: list, vocabulary: list, errors: str = "replace") -> str:
    """The text of `ids`, if `vocabulary` holds the bytes of each id: all bytes, read as UTF-8.

    errors: what becomes of bytes that are not UTF-8, as in bytes.decode.
    Raises: ValueError that names the first id that is not among 0 to len(vocabulary) - 1.
    Source: https://www.rfc-editor.org/rfc/rfc3629 (UTF-8).
    """
    # About four lines.
    ### BEGIN SOLUTION
    for i in ids:
        if not 0 <= i < len(vocabulary):
            raise ValueError(f"id {i} is not one of the {len(vocabulary)} ids from 0 on")
    return b"".join([vocabulary[i] for i in ids]).decode("utf-8", errors)
    ### END SOLUTION


# %% nbgrader={"grade_id": "decode-test", "grade": true, "points": 2}
# A word in two tokens; an accent whose two bytes are in two tokens; bytes that are not text.
vocabulary = [bytes([i]) for i in range(256)] + [b"caf", b" the"]
equal(decode([256, 195, 169], vocabulary), "café", "'café'", suspects=MISTAKES["café"])
equal(decode([257, 114, 101], vocabulary), " there", "' there'")
equal(decode([], vocabulary), "", "the text of no ids")
wrong = {"bytes that make no sense become U+FFFD, they do not disappear": "aa"}
equal(decode([97, 255, 97], vocabulary), "a\ufffda", "a byte that is not UTF-8", suspects=wrong)
equal(decode([97, 255], vocabulary, "ignore"), "a", "the same, with errors='ignore'")

# %% nbgrader={"grade_id": "decode-test-2", "grade": true, "points": 1}
# Ids that there are not: too large, negative.
hint = "ids go from 0 on: vocabulary[-1] would be its last token"
for ids, wrong in (([97, 300, 301], "300"), ([-1], "-1"), ([256, 97], "256")):
    with raises(ValueError, wrong, f"the error for the ids {ids} of 256", hint=hint):
        decode(ids, [bytes([i]) for i in range(256)])

# %% nbgrader={"grade_id": "decode-hidden", "grade": true, "points": 1}
# Also graded: characters of three and four bytes in pieces, a byte order mark, other errors.
### BEGIN HIDDEN TESTS
vocabulary = [bytes([i]) for i in range(256)] + ["三".encode()[:2], "🙂".encode()[1:]]
equal(decode([256, 137, 240, 257], vocabulary), "三🙂", "characters in pieces")
equal(decode([256, 33], vocabulary), "\ufffd!", "the beginning of a character")
equal(decode([0xEF, 0xBB, 0xBF, 97], vocabulary), "\ufeffa", "a byte order mark")
equal(decode([13, 10], vocabulary), "\r\n", "a line break of two bytes")
equal(decode([97, 255], vocabulary, "surrogateescape"), "a\udcff", "errors='surrogateescape'")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. Special tokens
#
# Some tokens are not text: "here a document ends", "now the assistant speaks". Such a **special
# token** has a name, such as `<end>`, and an id of its own, above those of all merges. It must
# never be split, and never be merged with its neighbors, so text is cut at special tokens before
# anything else.
#
# **Exercise 8 · medium · 25 minutes.** Fill in `split_special`. `re.split` with a group in
# parentheses keeps what it splits at. Names are plain text, but `|` and `.` mean something in a
# pattern: `re.escape` takes care of that.


# %% nbgrader={"grade_id": "split", "solution": true}
#| export
def split_special(text: str, special) -> list:
    """`text` in pieces: each special token is a piece, and so is each text between them.

    Joined, the pieces are `text`; none is empty. special: names, a list or the keys of a dict.
    Where several begin at the same place, the longest counts. Without names, all is one piece.
    """
    # About four lines.
    ### BEGIN SOLUTION
    if not special:
        return [text] if text else []
    longest_first = sorted(special, key=len, reverse=True)
    pattern = "(" + "|".join(map(re.escape, longest_first)) + ")"
    return [piece for piece in re.split(pattern, text) if piece]
    ### END SOLUTION


# %% nbgrader={"grade_id": "split-test", "grade": true, "points": 2}
# A token between texts, at both ends, twice in a row; no token in the text; no names.
expected = ["<end>", "one", "<end>", "two", "<end>"]
found = split_special("<end>one<end>two<end>", ["<end>"])
equal(found, expected, "the pieces of '<end>one<end>two<end>'", suspects=MISTAKES["pieces"])
equal(split_special("a<end><end>", ["<end>"]), ["a", "<end>", "<end>"], "two tokens in a row")
equal(split_special("no token", ["<end>"]), ["no token"], "a text without special tokens")
equal(split_special("all <end>", []), ["all <end>"], "the pieces where there are no names")
for names_ in ([], ["<end>"]):
    equal(split_special("", names_), [], f"the pieces of an empty text, names {names_}")

# %% nbgrader={"grade_id": "split-test-2", "grade": true, "points": 2}
# Names that mean something in a pattern; names that begin alike; a dictionary of names.
equal(split_special("a<|end|>|", ["<|end|>"]), ["a", "<|end|>", "|"], "the pieces with '<|end|>'")
equal(split_special("a.b", ["."]), ["a", ".", "b"], "the pieces with the name '.'")
for names_ in (["<s>", "<s>!"], ["<s>!", "<s>"]):
    what = f"the longest of {names_}"
    equal(split_special("<s>!<s>", names_), ["<s>!", "<s>"], what, suspects=MISTAKES["longest"])
equal(split_special("x<a>y", {"<a>": 300, "<b>": 301}), ["x", "<a>", "y"], "names in a dictionary")

# %% nbgrader={"grade_id": "split-hidden", "grade": true, "points": 1}
# Also graded: names with groups, spaces and line breaks; text around them is kept to the letter.
### BEGIN HIDDEN TESTS
names_ = ["(a)", "[b]", "end of\ntext", "\\d+", "^", "aa"]
text = "\n(a) [b]x\\d+ 7end of\ntext^\n aaa"
expected = ["\n", "(a)", " ", "[b]", "x", "\\d+", " 7", "end of\ntext", "^", "\n ", "aa", "a"]
equal(split_special(text, names_), expected, "the pieces with odd names")
equal(split_special(" \n", ["<end>"]), [" \n"], "a text of white space")
equal(split_special("<a", ["<a>"]), ["<a"], "the beginning of a name")
### END HIDDEN TESTS

# %% [markdown]
# Given: all of it in one class.
#
# - `encode` knows special tokens; `encode_ordinary` takes their names for text. Use the latter for
#   what strangers write, or they can end your document.
# - `save` and `load` use a JSON file that holds merges and names: data, no code that would run.
# - `stream` encodes a file that is larger than memory, piece by piece. A piece may end before white
#   space that follows something else, because a pre-token begins there in any case. Cut anywhere
#   else, and the ids could differ from those of the whole.

# %% given: tokenizer

# %%
tokenizer = BPETokenizer.train(training, 4096, special=["<end>"])
ids = tokenizer.encode("Shall I compare thee to a summer's day?<end>")
print(tokenizer, ids)
print("|".join(tokenizer.decode([i]) for i in ids))
assert tokenizer.decode(tokenizer.encode(held_out)) == held_out
anything = bytes(range(256)) * 3
assert tokenizer.decode_bytes(tokenizer.encode(anything)) == anything
streamed = np.fromiter(tokenizer.stream(io.BytesIO(training.encode()), size=1000), np.uint16)
assert streamed.tolist() == tokenizer.encode(training), "the ids should not depend on the pieces"
print(f"{len(training):,} bytes are {len(streamed):,} ids, {streamed.nbytes:,} bytes as uint16")

# %% [markdown]
# Here is a speech of the held-out play, which training has not seen. Each colored box is a token:
# a letter each for 256 ids, syllables and short words for 512, mostly whole words for 4,096. The
# number of tokens falls from 151 to 45.

# %% given: colored

# %% [markdown]
# How many bytes fit into a token? The figure shows it over the size of the vocabulary. The plays
# that were learned from do best, a play that was not comes close. Program code and German gain
# about half as much, first names less, and a Chinese poem stays at one byte per token, which makes
# three tokens per character. A vocabulary fits what it was learned from; other texts become
# longer sequences.

# %% given: compression

# %% [markdown]
# ## 8. Put to use: which tokens make the better model?
#
# The smallest language model is a **bigram** model: it predicts a token from the one before it, by
# counting pairs in the training text. To be able to predict pairs that it has not seen, it mixes in
# how frequent the token is by itself; $k$ says how much:
#
# $$p(b\,|\,a) = \frac{n(a, b) + k\,p(b)}{n(a) + k}$$
#
# Losses per token cannot be compared between tokenizers: the fewer tokens there are, the more each
# of them has to say. What can be compared is the whole text: add up $-\log_2 p$ over all its
# tokens, the bits that it takes to write down the text if one knows the model, and divide by its
# bytes. These **bits per byte** measure a model with its tokenizer. Guess first: characters, or
# tokens? And does a larger vocabulary always help?

# %% given: bigrams

# %%
sizes = (256, 512, 1024, 4096, 16_000)
learned = merges_by_index(words, 16_000 - 256)
bits = {size: bits_per_byte(BPETokenizer(learned[: size - 256])) for size in sizes}
characters = bits_per_byte(CharTokenizer(training))
print(f"characters: {characters:.3f} bits per byte")
print(*(f"{size:,} tokens: {found:.3f}" for size, found in bits.items()), sep="\n")
assert min(bits.values()) < characters - 1, "tokens should save a bit per byte"
draw_bits(bits, characters)

# %% [markdown]
# The curve falls by more than a fifth with the first 256 merges, is flat between 1,000 and 4,000
# and rises again. A token of several letters lets the bigram model see several letters back. But
# the larger the vocabulary, the fewer examples there are of each pair, and a megabyte of text is
# soon too little. (These plays are plain ASCII, one byte per character, so characters and single
# bytes do equally well.) GPT-2 has 50,257 ids, and was trained on 40 gigabytes of text.
#
# ## 9. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** BPE is greedy: it never takes a merge back. How many tokens
# would do, if one may choose freely from the same vocabulary? Fill in `fewest_tokens`. Trying all
# ways takes forever, but the fewest tokens for the first $n$ bytes follow from the fewest for
# shorter beginnings (**dynamic programming**).


# %% nbgrader={"grade_id": "fewest", "solution": true}
def fewest_tokens(word: bytes, vocabulary: list) -> list:
    """The ids of as few tokens as possible which, joined, are `word`; any of the best ways.

    vocabulary: the bytes of each id. All 256 single bytes are among them, so there is a way.
    Source: Kudo (2018), Subword Regularization, arXiv:1804.10959, where tokens have probabilities.
    """
    # About ten lines.
    ### BEGIN SOLUTION
    ids = {token: i for i, token in enumerate(vocabulary)}
    longest = max(map(len, vocabulary))
    best = [[]]  # of the first n bytes
    for end in range(1, len(word) + 1):
        starts = range(max(0, end - longest), end)
        ways = [best[start] + [ids[word[start:end]]] for start in starts if word[start:end] in ids]
        best.append(min(ways, key=len))
    return best[-1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "fewest-test", "grade": true, "points": 0}
# Where the longest beginning leads astray, and where the longest end does.
vocabulary = [bytes([i]) for i in range(256)] + [b"ab", b"abc", b"cdef", b"tuvw", b"vwx"]
for word, count in ((b"abcdef", 2), (b"tuvwx", 2), (b"abcabcdef", 3), (b"xabx", 3), (b"", 0)):
    found = fewest_tokens(word, vocabulary)
    equal(b"".join(vocabulary[i] for i in found), word, f"the bytes of the tokens of {word}")
    equal(len(found), count, f"the number of tokens of {word}", hint="try each last token")

# %% [markdown]
# Try it: `[fewest_tokens(word, tokenizer.vocabulary) for word in words]`. By how many percent does
# greedy BPE miss the best?
#
# ## Reflection
#
# A user of your model writes in a language that is hardly in your training text. What does the
# tokenizer do to the length of their texts, to what they pay if one pays by the token, and to how
# far back the model can see? What would you change, and what would that cost the others?

# %% [markdown]
# *Your answer here.*
