# Words, letters, documents and parsers: programs as newcomers to text analysis write them.

# === count-letters: counters in many spellings
from collections import Counter, defaultdict

text = "the quick brown fox jumps over the lazy dog"
counts = {}
for letter in text:  # may: histogram
    if letter in counts:
        counts[letter] += 1
    else:
        counts[letter] = 1

counts2 = defaultdict(int)
for letter in text:  # may: histogram
    counts2[letter] += 1

vowels = 0
for letter in text:  # may: reduction
    if letter in "aeiou":
        vowels += 1

by_length = Counter()
for word in text.split():  # may: histogram
    by_length[len(word)] += 1

first_seen = []
known = set()
for letter in text:  # not: order-of-keys
    if letter not in known:
        known.add(letter)
        first_seen.append(letter)

# === clean-words: helpers that are pure, a helper that keeps a list
import re
import string

documents = ["Hello, World!", "The end... is near", "To be; or not"]


def clean(document):
    document = document.lower()
    return "".join(c for c in document if c not in string.punctuation)  # may: argument


def words_of(document):
    return re.findall(r"[a-z]+", document.lower())


cleaned = []
for document in documents:  # may: append
    cleaned.append(clean(document))

tokens = [words_of(document) for document in documents]  # may: comprehension

log = []


def clean_and_log(document):
    log.append(len(log))
    return clean(document)


logged = []
for document in documents:  # not: global-state
    logged.append(clean_and_log(document))

vocabulary = set()
for document in tokens:  # may: nested
    for word in document:  # may: set
        vocabulary.add(word)

lengths = {word: len(word) for word in sorted(vocabulary)}  # may: comprehension

# === caesar: ciphers, one that depends on the letters before
def shift(letter, by):
    if not letter.isalpha():
        return letter
    return chr((ord(letter) - 97 + by) % 26 + 97)


message = "attack at dawn"
secret = ""
for letter in message:  # may: reduction
    secret += shift(letter, 3)

keyed = ""
key = 5
for letter in message:  # not: recurrence
    keyed += shift(letter, key)
    key = ord(letter) % 26

all_keys = {}
for by in range(1, 6):  # may: dict
    all_keys[by] = "".join(shift(letter, by) for letter in message)  # may: argument

rotated = ""
for letter in message:  # not: reads-total
    rotated = shift(letter, len(rotated)) + rotated

# === parse-lines: a parser with a section, and one without
lines = ["[first]", "a = 1", "b = 2", "[second]", "c = 3"]
section = None
settings = {}
for line in lines:  # not: carried
    if line.startswith("["):
        section = line[1:-1]
    else:
        name, _, value = line.partition(" = ")
        settings[section, name] = int(value)

flat = {}
for line in lines:  # may: dict
    if not line.startswith("["):
        name, _, value = line.partition(" = ")
        flat[name] = int(value)

numbers = []
for line in lines:  # may: filter-append
    if "=" not in line:
        continue
    numbers.append(int(line.split("=")[1]))

for line in lines:  # not: output
    if "=" in line:
        print(line)

# === bigrams: neighbours by position, and by memory
words = "a rose is a rose is a rose".split()
pairs = []
for i in range(len(words) - 1):  # may: append
    pairs.append((words[i], words[i + 1]))

follow = {}
for one, two in zip(words, words[1:]):  # may: histogram
    follow.setdefault(one, []).append(two)

before = "<s>"
pairs2 = []
for word in words:  # not: carried
    pairs2.append((before, word))
    before = word

model = {}
for one, two in pairs:  # may: histogram
    if one not in model:
        model[one] = {}
    model[one][two] = model[one].get(two, 0) + 1

sentence = ["a"]
for _ in range(4):  # not: recurrence
    sentence.append(follow.get(sentence[-1], ["a"])[0])

# === edit-distance: a table that is filled from its neighbours
def distance(one, two):
    rows, columns = len(one) + 1, len(two) + 1
    table = [[0] * columns for _ in range(rows)]  # may: comprehension
    for i in range(rows):  # may: map
        table[i][0] = i
    for j in range(columns):  # may: map
        table[0][j] = j
    for i in range(1, rows):  # not: recurrence
        for j in range(1, columns):  # not: recurrence
            cost = 0 if one[i - 1] == two[j - 1] else 1
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
    return table[-1][-1]


names = ["kitten", "sitting", "mitten", "fitting"]
distances = []
for name in names:  # may: append
    distances.append(distance("kitten", name))

closest, closest_distance = None, None
for name in names[1:]:  # may: argbest
    d = distance("kitten", name)
    if closest_distance is None or d < closest_distance:
        closest, closest_distance = name, d

every = [[distance(a, b) for b in names] for a in names]  # may: comprehension; may: comprehension

# === inverted-index: from documents to words and back
documents = {"one": "red green", "two": "green blue blue", "three": "red blue"}
index = {}
for name, text in documents.items():  # may: nested
    for word in text.split():  # may: histogram
        if word not in index:
            index[word] = []
        index[word].append(name)

lengths = {}
for name in documents:  # may: dict
    lengths[name] = len(documents[name].split())

for name in list(documents):  # may: dict
    documents[name + "-copy"] = documents[name].upper()

frequency = {word: len(names) for word, names in index.items()}  # may: comprehension
longest = max(len(text) for text in documents.values())  # may: argument

chained = {}
last_word = ""
for name, text in documents.items():  # not: carried
    chained[name] = last_word
    last_word = text.split()[-1]

# === palindromes: filters and searches
words = ["level", "noon", "apple", "radar", "stats", "plum"]
palindromes = [w for w in words if w == w[::-1]]  # may: comprehension

found = None
for w in words:  # not: search
    if w != w[::-1]:
        found = w
        break

longest = ""
for w in words:  # not: carried
    if len(w) > len(longest):
        longest = w

longest_length = 0
for w in words:  # may: reduction
    longest_length = max(longest_length, len(w))

queue = list(words)
for w in queue:  # not: grows
    if len(w) == 5 and len(queue) < 12:
        queue.append(w[:4])

reversed_words = []
for w in words:  # may: append
    reversed_words.append(w[::-1])

# === tokenizer-class: a stateful scanner against a stateless one
class Scanner:
    def __init__(self, text):
        self.text = text
        self.at = 0

    def take(self, n):
        part = self.text[self.at : self.at + n]
        self.at += n
        return part


class Cutter:
    def __init__(self, text):
        self.text = text

    def take(self, start, n):
        return self.text[start : start + n]


widths = [3, 1, 4, 2]
scanner, cutter = Scanner("abcdefghijklmn"), Cutter("abcdefghijklmn")
parts = []
for width in widths:  # not: class-state
    parts.append(scanner.take(width))

cuts = []
for k, width in enumerate(widths):  # may: append
    cuts.append(cutter.take(k, width))

fresh = [Scanner("abcdef").take(width) for width in widths]  # may: comprehension

# === csv-reader: a reader walked once, and lines that are ready
import csv
import io

content = "name,mark\nada,15\nben,9\ncleo,17\n"
reader = csv.reader(io.StringIO(content))
header = next(reader)
rows = []
for row in reader:  # not: one-shot
    rows.append((row[0], int(row[1])))

marks = {}
for line in content.splitlines()[1:]:  # may: dict
    name, mark = line.split(",")
    marks[name] = int(mark)

writer_file = io.StringIO()
writer = csv.writer(writer_file)
for name in marks:  # not: writes-file
    writer.writerow([name, marks[name] + 1])

records = []
for row in rows:  # may: append
    records.append(dict(zip(["name", "mark"], row)))

# === translate: a dictionary with a default that remembers
words = "one two three two one four".split()
table = {"one": "un", "two": "deux", "three": "trois"}


def translate(word, unknown=[]):
    if word not in table:
        unknown.append(word)
        return f"?{len(unknown)}"
    return table[word]


def translate2(word, unknown=()):
    return table.get(word, "?" + str(len(unknown)))


french = []
for word in words + ["five"]:  # not: mutable-default
    french.append(translate(word))

french2 = []
for word in words:  # may: append
    french2.append(translate2(word))

french3 = [table[word] if word in table else "?" for word in words]  # may: comprehension

# === markov-sums: a running text and a finished one
import re

lines = ["12 apples", "7 pears", "30 plums"]
total = 0
for line in lines:  # may: reduction
    total += int(re.match(r"\d+", line).group())

report = []
for number, line in enumerate(lines, start=1):  # may: append
    report.append(f"{number}. {line}")

so_far = 0
report2 = []
for line in lines:  # not: reads-total
    so_far += int(line.split()[0])
    report2.append(f"{line} ({so_far} so far)")

joined = "; ".join(line.upper() for line in lines)  # may: argument
pattern = re.compile(r"[aeiou]")
stripped = [pattern.sub("", line) for line in lines]  # may: comprehension
scan = re.finditer(r"\w+", " ".join(lines))
tokens = []
for match in scan:  # not: one-shot
    tokens.append(match.group())

# === stop-words: sets that are read, sets that grow
stop = {"the", "a", "of"}
text = "the cat of the house of a king".split()
kept = []
for word in text:  # may: filter-append
    if word not in stop:
        kept.append(word)

for word in text:  # not: reads-total
    if len(word) > 3 and len(stop) < 4:
        stop.add(word)

text_copy = list(text)
for word in text:  # not: reads-total
    if word in stop:
        text_copy.remove(word)

positions = {}
for k, word in enumerate(text):  # may: last-wins
    positions[word] = k

first_positions = {}
for k, word in enumerate(text):  # not: order-of-keys
    if word in first_positions:
        kept.append(first_positions[word])
    else:
        first_positions[word] = k

# === counting-down: iterators that are advanced in the body
tokens = iter("move 3 turn 90 move 5".split())
commands = []
for token in tokens:  # not: one-shot
    commands.append((token, int(next(tokens))))

flat = "move 3 turn 90 move 5".split()
commands2 = []
for k in range(0, len(flat), 2):  # may: append
    commands2.append((flat[k], int(flat[k + 1])))

commands3 = {}
for name, value in zip(flat[::2], flat[1::2]):  # may: last-wins
    commands3[name] = int(value)

stack = []
for token in ["(", "(", ")", "("]:  # not: reads-total
    if token == "(":
        stack.append(token)
    else:
        stack.pop()
