/** Funicular's own pictures. */
import { LabIcon } from '@jupyterlab/ui-components';

import funicularSvg from '../../style/icons/funicular.svg';

export const funicularIcon = new LabIcon({ name: '@funicular/lab:funicular', svgstr: funicularSvg });
