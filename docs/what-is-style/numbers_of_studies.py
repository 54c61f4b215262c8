"""What docs/what-is-style.md counts, from the study.json files of a folder that docs/what-is-style.sh wrote."""
import itertools
import json

NETWORKS = ('published', 'house', 'synthetic')
MODES = ('raw', 'centered', 'both')


def load(folder):
    """The numbers of a study, or None where it is not there."""
    file = folder / 'study.json'
    return json.loads(file.read_text()) if file.exists() else None


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def content(study):
    return {run['layer']: {key: run[key] for key in ('ssim', 'color_error', 'loss_last')}
            for run in study['runs']}


def gram(study):
    """Per image: each mode's colours and residuals beside those of the original. `fair`: how often a mode came
    nearest, without the two residuals, which the modes themselves minimise."""
    found = {}
    for image in study['images']:
        found[image['name']] = {'original': image['color']}
    for run in study['runs']:
        found[run['image']][run['gram']] = {**run['color'], 'raw': run['raw_residual'], 'centered': run['centered_residual']}
    wins = study['nearest']
    fair = [measure for measure in wins if measure not in ('raw_residual', 'centered_residual')]
    found['fair'] = {mode: sum(wins[measure][mode] for measure in fair) for mode in MODES}
    found['fair']['all'] = sum(found['fair'].values())
    return found


def layers(study):
    """Per optimiser and layer, and what the later layers do beside the earlier ones."""
    found = {}
    for run in study['runs']:
        found.setdefault(run['optimizer'], {})[run['layer']] = {
            'before': run['residual_before'], 'after': run['residual_after'], 'mean': run['mean_residual'],
            'change': run['color_change']}
    for each in found.values():
        every = list(each.values())
        each['halved'] = sum(run['after'] <= run['before'] / 2 for run in every)
        if study['cumulative']:
            each['early_change'] = mean(run['change'] for run in every[1:6])
            each['late_change'] = mean(run['change'] for run in every[6:])
        else:
            each['best'] = min((run for run in study['runs']), key=lambda run: run['mean_residual'])['layer']
    return found


def gallery(study):
    found = {run['image']: {key: run[key] for key in ('style_share', 'original', 'texture')} for run in study['runs']}
    runs = study['runs']
    found['border'] = {
        'pictures': len(runs),
        'bright_originals': sum(run['border_original'] > 0 for run in runs),
        'bright_textures': sum(run['border_texture'] > 0 for run in runs),
        'brighter': sum(run['border_texture'] > run['border_original'] for run in runs),
        'mean_change': mean(run['border_texture'] - run['border_original'] for run in runs)}
    return found


def pairs(count):
    return list(itertools.combinations(range(count), 2))


def distance(study):
    """Bures' relative distance: its mean over pairs by layer, and the nearest pairs."""
    names = [image['name'] for image in study['images']]
    bures = study['mean']['relative_bures']
    nearest = sorted(pairs(len(names)), key=lambda ij: bures[ij[0]][ij[1]])[:3]
    by_layer = {layer['layer']: mean(layer['relative_bures'][i][j] for i, j in pairs(len(names)))
                for layer in study['layers']}
    return {'mean': by_layer, 'all': mean(bures[i][j] for i, j in pairs(len(names))),
            'nearest': ', '.join(f'{names[i]} and {names[j]} ({bures[i][j]:.2f})' for i, j in nearest)}


def network_grid(study):
    """Styles of the binary images of 4x4 under the network's first layer, by what black is."""
    return {f"{each['input'].replace(' ', '-')}-{'relu' if each['relu'] else 'linear'}": each['classes']
            for each in study['network']['inputs']}


KINDS = {'frobenius': 'frobenius_both', 'relative': 'relative_frobenius_both', 'bures': 'relative_bures'}


def over_layers(study, kind):
    """The mean of a kind of distance over the layers."""
    matrices = [layer[kind] for layer in study['layers']]
    side = range(len(matrices[0]))
    return [[mean(m[i][j] for m in matrices) for j in side] for i in side]


def agreement(mine, judge):
    """Of all (picture, two others), the share for which both say the same of the two is nearer."""
    same = total = 0
    for i in range(len(mine)):
        for j, k in itertools.combinations((n for n in range(len(mine)) if n != i), 2):
            same += (mine[i][j] < mine[i][k]) == (judge[i][j] < judge[i][k])
            total += 1
    return same / total


def rank_correlation(mine, judge):
    """Spearman's, over all pairs of pictures."""
    def ranks(matrix):
        order = sorted(pairs(len(matrix)), key=lambda ij: matrix[ij[0]][ij[1]])
        return {pair: rank for rank, pair in enumerate(order)}
    a, b = ranks(mine), ranks(judge)
    n = len(a)
    return 1 - 6 * sum((a[pair] - b[pair]) ** 2 for pair in a) / (n * (n * n - 1))


def judged(study, judge):
    """How well each kind of distance of one network agrees with each kind of the judge's."""
    return {kind: {by: {'agreement': agreement(over_layers(study, KINDS[kind]), over_layers(judge, KINDS[by])),
                        'rank': rank_correlation(over_layers(study, KINDS[kind]), over_layers(judge, KINDS[by]))}
                   for by in KINDS} for kind in KINDS}


def textures_judged(folder, networks):
    """The judge's distance from each texture of the gallery to its original, mean over pictures, and for how many
    of them a network is nearest."""
    originals = load(folder / 'judge/originals')
    names = [image['name'] for image in originals['images']]
    values = {network: {} for network in networks}  # by picture
    for name in names:
        study = load(folder / 'judge' / name)
        for n, network in enumerate(networks):
            values[network][name] = {layer['layer']: layer['relative_bures'][0][n + 1] for layer in study['layers']}
    found = {}
    for network in networks:
        by_layer = {layer: mean(v[layer] for v in values[network].values()) for layer in values[network][names[0]]}
        found[network] = {**by_layer, 'all': mean(by_layer.values()),
                          'nearest': sum(network == min(networks, key=lambda m: mean(values[m][name].values()))
                                         for name in names)}
    originals = distance(originals)
    found['originals'] = {**originals['mean'], 'all': originals['all'], 'pictures': len(names)}
    for network in networks:  # of the way from another picture to the right one
        found[network]['share'] = 1 - found[network]['all'] / originals['all']
    return found


STUDIES = {'content': content, 'gram': gram, 'gram-tutorial': gram, 'gram-five': gram, 'form': gram,
           'form-tutorial': gram, 'layers': layers, 'layers-tutorial': layers, 'layers-alone': layers,
           'gallery': gallery, 'gallery-large': gallery, 'distance': distance, 'grid': network_grid}
TOY = ('classes', 'unique_images', 'largest_class', 'same_as_negative', 'shared_classes')


def rounded(value):
    """Four digits are more than any table shows."""
    if isinstance(value, dict):
        return {key: rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f'{value:.4g}') if isinstance(value, float) else value


def numbers_of(folder):
    """All that is there, by network, study and thing."""
    found = {}
    for network in NETWORKS:
        for name, collect in STUDIES.items():
            study = load(folder / network / name)
            if study:
                found.setdefault(network, {})[name] = collect(study)
    for name in ('grid', 'grid-black'):
        study = load(folder / name)
        found[name] = {key: study[key] for key in TOY}
        found[name]['relu'] = next(v['classes'] for v in study['variants'] if v['relu'] and v['filters'] == 'unit'
                                   and v['black'] == study['variant']['black'])
    judge = load(folder / 'judge/originals')
    if judge:
        here = [network for network in NETWORKS if network in found]
        found['judge'] = textures_judged(folder, here)
        for network in here:
            found['judge'][network]['distances'] = judged(load(folder / network / 'distance'), judge)
    return rounded(found)
