# Pixels, filters, contours and stacks of images: programs as newcomers to image analysis write them.

# === grey: colours to grey values, pixel by pixel
import numpy as np

picture = (np.arange(60.0).reshape(4, 5, 3) * 7) % 256
grey = np.zeros((4, 5))
for i in range(picture.shape[0]):  # may: nested
    for j in range(picture.shape[1]):  # may: map
        r, g, b = picture[i, j]
        grey[i, j] = 0.3 * r + 0.59 * g + 0.11 * b

histogram = [0] * 256
for row in grey:  # may: nested
    for value in row:  # may: histogram
        histogram[int(value) % 256] += 1

brightest, where = -1.0, None
for i in range(4):  # not: carried
    for j in range(5):  # may: argbest
        if grey[i, j] > brightest:
            brightest = grey[i, j]
            where = (i, j)
    if brightest > 200:
        grey[i] = 0.0

binary = np.zeros(grey.shape, dtype=bool)
for i, j in np.ndindex(*grey.shape):  # may: map
    binary[i, j] = grey[i, j] > 100

# === blur: a filter into a new image, and in place
import numpy as np

image = np.arange(36.0).reshape(6, 6) ** 1.2
blurred = np.zeros_like(image)
for i in range(1, 5):  # may: nested
    for j in range(1, 5):  # may: map
        blurred[i, j] = image[i - 1 : i + 2, j - 1 : j + 2].mean()

for i in range(1, 5):  # not: stencil
    for j in range(1, 5):  # not: stencil
        image[i, j] = image[i - 1 : i + 2, j - 1 : j + 2].mean()

flipped = image[::-1]
for i in range(6):  # not: view
    image[i] = flipped[i] * 0.5 + 1

mirror = image[::-1].copy()
for i in range(6):  # may: map
    image[i] = mirror[i] * 0.5

rows = [image[i] for i in range(6)]  # may: comprehension
for i in range(1, 6):  # not: view
    image[i] = rows[i - 1] + 1

# === error-diffusion: the error goes on to the next pixel
import numpy as np

line = np.array([10.0, 120.0, 200.0, 90.0, 160.0])
error = 0.0
dots = []
for value in line:  # not: carried
    value = value + error
    dot = 255.0 if value > 127 else 0.0
    error = value - dot
    dots.append(dot)

plain = []
for value in line:  # may: append
    plain.append(255.0 if value > 127 else 0.0)

picture = np.arange(20.0).reshape(4, 5) * 12
for i in range(4):  # may: nested
    for j in range(4):  # not: recurrence
        picture[i, j + 1] += 0.5 * picture[i, j]

for i in range(3):  # not: recurrence
    for j in range(5):  # may: map
        picture[i + 1, j] += 0.5 * picture[i, j]

# === stack: a stack of frames, one result each, differences, a background
import numpy as np

frames = np.arange(48.0).reshape(4, 3, 4) ** 0.5
means = []
for frame in frames:  # may: append
    means.append(frame.mean())

normal = np.empty_like(frames)
for k, frame in enumerate(frames):  # may: map
    normal[k] = (frame - frame.min()) / (frame.max() - frame.min())

changes = []
for k in range(1, len(frames)):  # may: append
    changes.append(np.abs(frames[k] - frames[k - 1]).sum())

background = frames[0].copy()
moving = []
for frame in frames:  # not: recurrence
    moving.append(np.abs(frame - background).max())
    background = 0.9 * background + 0.1 * frame

total = np.zeros((3, 4))
for frame in frames:  # may: reduction
    total += frame

for frame in frames:  # not: alias
    frame -= frames[0]

peaks = np.zeros(4)
for k in range(4):  # may: map
    peaks[k] = frames[k].max()

# === files: pictures that are written, read and thumbnailed
import numpy as np
from PIL import Image

names = [f"picture{k}.png" for k in range(3)]  # may: comprehension
for k, name in enumerate(names):  # not: writes-file
    Image.fromarray(np.full((4, 4), 40 * k, dtype=np.uint8)).save(name)

sizes = []
for name in names:  # may: read-files
    image = Image.open(name)
    sizes.append(image.size)

levels = {}
for name in names:  # may: read-files
    levels[name] = float(np.asarray(Image.open(name)).mean())

for name in names:  # not: writes-file
    Image.open(name).resize((2, 2)).save("small-" + name)

# === flood: a region that grows
grid = [[0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
todo = [(0, 0)]
seen = {(0, 0)}
for i, j in todo:  # not: grows
    for di, dj in [(0, 1), (1, 0), (0, -1), (-1, 0)]:  # not: reads-total
        a, b = i + di, j + dj
        if 0 <= a < 3 and 0 <= b < 4 and grid[a][b] == 0 and (a, b) not in seen:
            seen.add((a, b))
            todo.append((a, b))
            if len(seen) % 2:
                grid[a][b] = len(seen)

zeros = 0
for row in grid:  # may: nested
    for value in row:  # may: reduction
        if value == 0:
            zeros += 1

corners = [(i, j) for i in (0, 2) for j in (0, 3)]  # may: comprehension

label = 0
labels = {}
for i in range(3):  # not: carried
    for j in range(4):  # not: carried
        if grid[i][j] == 1:
            label += 1
            labels[i, j] = label

# === threshold: many thresholds, one that is found step by step
import numpy as np

pixels = np.array([3.0, 5.0, 9.0, 11.0, 14.0, 2.0, 8.0])
areas = {}
for t in (4, 8, 12):  # may: dict
    areas[t] = int((pixels > t).sum())

spread, cut = None, None
for t in range(3, 12):  # may: argbest
    low, high = pixels[pixels <= t], pixels[pixels > t]
    within = low.var() * len(low) + high.var() * len(high)
    if spread is None or within < spread:
        spread = within
        cut = t

t = 4.5
for _ in range(4):  # not: time-step
    t = 0.5 * (pixels[pixels <= t].mean() + pixels[pixels > t].mean())

first = None
for k, value in enumerate(pixels):  # not: search
    if value > 10:
        first = k
        break

# === skimage-filters: library filters on many images
import numpy as np
from skimage import filters

stack = [np.outer(np.arange(5.0), np.arange(6.0)) + k for k in range(3)]  # may: comprehension
smooth = []
for image in stack:  # may: append
    smooth.append(filters.gaussian(image, sigma=1))

edges = [filters.sobel(image) for image in stack]  # may: comprehension
cuts = {k: float(filters.threshold_otsu(image)) for k, image in enumerate(stack)}  # may: comprehension

current = stack[0]
for sigma in (1, 2, 3):  # not: recurrence
    current = filters.gaussian(current, sigma=sigma)

levels = []
for sigma in (1, 2, 3):  # may: append
    levels.append(filters.gaussian(stack[0], sigma=sigma).mean())

# === canvas: drawing into one picture
import numpy as np

canvas = np.zeros((6, 6))
boxes = [(0, 0, 2), (2, 2, 3), (1, 3, 2)]
for number, (i, j, n) in enumerate(boxes):  # may: last-wins
    canvas[i : i + n, j : j + n] = number + 1

for i, j, n in boxes:  # may: reduction
    canvas[i : i + n, j : j + n] += 1

for i, j, n in boxes:  # not: recurrence
    canvas[i : i + n, j : j + n] = canvas.max() + 1

free = []
taken = np.zeros((6, 6), dtype=bool)
for i, j, n in boxes:  # not: reads-total
    if not taken[i : i + n, j : j + n].any():
        free.append((i, j))
    taken[i : i + n, j : j + n] = True

areas = []
for i, j, n in boxes:  # may: append
    areas.append(float(canvas[i : i + n, j : j + n].sum()))

channel = canvas.reshape(-1)
for k in range(5):  # not: view
    channel[k + 1] = canvas[0, k] + 1

flat = canvas.flatten()
for k in range(5):  # may: map
    flat[k + 1] = canvas[0, k] + 1
