import './base.css';
import './panel.css';
import './pieces.css';
import './cluster.css';
import './live.css';
import './sections.css';
