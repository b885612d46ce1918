import './base.css';
import './panel.css';
import './pieces.css';
